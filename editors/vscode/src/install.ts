// How to come by the program: commands that work as they stand here. Nothing here runs them.
import * as fs from 'node:fs';
import * as path from 'node:path';

/** Where this extension was built from, as the build knew it; either may be empty. */
export interface Origin {
  readonly checkout: string;
  readonly address: string;
}

/** The page; `folders` are those of the workspace, `windows` whether this is Windows. */
export function instructions(origin: Origin, folders: readonly string[], windows: boolean): string {
  const checkout = [origin.checkout, ...folders].find(isCheckout);
  const from = checkout ?? (origin.address === '' ? undefined : `git+${origin.address}`);
  const python = windows ? 'py' : 'python3';
  const pip = windows ? '.venv\\Scripts\\pip' : '.venv/bin/pip';
  const what = quoted(from ?? '.');
  const where =
    from === undefined
      ? 'In the directory of a checkout of lazyoci, the one where `make vsix` built this extension:'
      : 'In a terminal:';
  const use = from === undefined ? ', which has to be named by the setting `lazyoci.server.path`' : ' of this workspace, in its folder';
  const own = OWN.replace('USE', use).replace('PYTHON', python).replace('PIP', pip).replace('WHAT', what);
  return PAGE.replace('WHERE', where).replaceAll('WHAT', what) + own + END;
}

/** Whether a directory is a checkout of lazyoci: pip can install it. */
export function isCheckout(directory: string): boolean {
  if (directory === '') {
    return false;
  }
  try {
    return /^name\s*=\s*"lazyoci"/m.test(fs.readFileSync(path.join(directory, 'pyproject.toml'), 'utf8'));
  } catch {
    return false; // no such file: another directory
  }
}

function quoted(text: string): string {
  return /^[\w@%+=:,./\\-]+$/.test(text) ? text : `"${text}"`;
}

const PAGE = `# Install lazyoci

The package is on no index yet: never install it by its bare name, which could be anybody's. It needs Python 3.11 or
newer. WHERE

    uv tool install WHAT

or, with pipx:

    pipx install WHAT
`;

const OWN = `
or, with Python alone, into an environmentUSE:

    PYTHON -m venv .venv
    PIP install WHAT
`;

const END = `
Then run "lazyoci: Restart the language server" from the command palette. A program at another place is named by the
setting \`lazyoci.server.path\`.
`;
