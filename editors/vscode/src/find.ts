// Where the `lazyoci` program is. Nothing here runs it, installs it, or knows of VS Code.
import * as path from 'node:path';

/** What a search depends on. */
export interface Surroundings {
  /** The setting `lazyoci.server.path`; empty when it is not set. */
  readonly setting: string;
  /** The folders of the workspace, in their order. */
  readonly folders: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
  readonly windows: boolean;
  /** Whether a path is a file that can be run. */
  readonly runs: (file: string) => boolean;
}

export type Source = 'setting' | 'workspace' | 'PATH';

export type Found =
  | { readonly kind: 'found'; readonly file: string; readonly source: Source }
  /** The setting names something that cannot be run: that is said, not passed over. */
  | { readonly kind: 'bad setting'; readonly file: string }
  | { readonly kind: 'missing' };

const ENVIRONMENTS = ['.venv', 'venv'];

/** The program: of the setting, else of a virtual environment in the workspace, else on the PATH. */
export function find(around: Surroundings): Found {
  if (around.setting.trim() !== '') {
    const file = expand(around.setting.trim(), around);
    return around.runs(file) ? { kind: 'found', file, source: 'setting' } : { kind: 'bad setting', file };
  }
  const paths = flavour(around);
  for (const folder of around.folders) {
    for (const environment of ENVIRONMENTS) {
      const file = paths.join(folder, environment, around.windows ? 'Scripts' : 'bin', executable(around));
      if (around.runs(file)) {
        return { kind: 'found', file, source: 'workspace' };
      }
    }
  }
  for (const directory of searchPath(around)) {
    const file = paths.join(directory, executable(around));
    if (around.runs(file)) {
      return { kind: 'found', file, source: 'PATH' };
    }
  }
  return { kind: 'missing' };
}

/** The absolute entries of PATH: a relative one would look in whatever directory the editor was started in. */
function searchPath(around: Surroundings): string[] {
  const paths = flavour(around);
  const name = Object.keys(around.env).find((key) => (around.windows ? key.toUpperCase() : key) === 'PATH');
  const value = (name === undefined ? undefined : around.env[name]) ?? '';
  return value.split(paths.delimiter).filter((entry) => paths.isAbsolute(entry));
}

function expand(setting: string, around: Surroundings): string {
  const paths = flavour(around);
  const folder = around.folders[0] ?? around.home;
  const file = setting
    .replace(/^~(?=[/\\]|$)/, () => around.home)
    .replace(/\$\{workspaceFolder\}/g, () => folder);
  return paths.isAbsolute(file) ? file : paths.join(folder, file);
}

function executable(around: Surroundings): string {
  return around.windows ? 'lazyoci.exe' : 'lazyoci';
}

function flavour(around: Surroundings): path.PlatformPath {
  return around.windows ? path.win32 : path.posix;
}
