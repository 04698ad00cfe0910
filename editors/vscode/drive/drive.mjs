// Drives a real VS Code through scenes, checks what is on the screen, and saves a picture of each.
//   node drive.mjs --code-server DIRECTORY [--vsix FILE] [--lazyoci PROGRAM] [--out DIRECTORY] [--theme light|dark|contrast]
//                  [--restricted] [--list] [SCENE…]
// DIRECTORY is where setup.sh built VS Code. README.md tells the whole way.
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { startCodeServer } from './code-server.mjs';
import { openEditor } from './editor.mjs';
import { Recorder, startHost, which } from './recorder.mjs';
import { startProxy } from './proxy.mjs';
import { startRegistry } from './registry.mjs';
import { RESTRICTED, trap } from './restricted.mjs';
import { SCENES } from './scenes.mjs';
import { makeWorkspace } from './workspace.mjs';

const THEMES = { light: 'Default Light Modern', dark: 'Default Dark Modern', contrast: 'Default High Contrast' };
const here = (name) => fileURLToPath(new URL(name, import.meta.url));
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    'code-server': { type: 'string', default: process.env.LAZYOCI_TEST_CODE_SERVER },
    vsix: { type: 'string', default: here('../lazyoci.vsix') },
    lazyoci: { type: 'string', default: which('lazyoci') },
    chromium: { type: 'string', default: which('chromium') },
    out: { type: 'string' },
    theme: { type: 'string', default: 'light' },
    width: { type: 'string', default: '880' },
    height: { type: 'string', default: '580' },
    restricted: { type: 'boolean', default: false },
    list: { type: 'boolean', default: false },
  },
});
const scenes = values.restricted ? RESTRICTED : SCENES;
if (values.list) {
  console.log(Object.keys(scenes).join('\n'));
  process.exit(0);
}
for (const name of ['code-server', 'lazyoci', 'chromium']) {
  if (values[name] === undefined) {
    console.error(`--${name} has to be given`);
    process.exit(2);
  }
}
if (!(values.theme in THEMES)) {
  console.error(`no such theme: ${values.theme}; there are ${Object.keys(THEMES).join(', ')}`);
  process.exit(2);
}
const unknown = positionals.filter((name) => !(name in scenes));
if (unknown.length > 0) {
  console.error(`no such scene: ${unknown.join(', ')}; there are ${Object.keys(scenes).join(', ')}`);
  process.exit(2);
}

const scratch = mkdtempSync(path.join(tmpdir(), 'lazyoci-drive-'));
const host = await startHost();
const ghcr = await startRegistry(path.join(scratch, 'ghcr'), { open: true });
const proxy = await startProxy(path.join(scratch, 'proxy'), 'ghcr.io', ghcr.name);
const recorder = new Recorder(path.join(scratch, 'bin'));
const lazyoci = path.resolve(values.lazyoci);
const workspace = values.restricted ? trap(recorder, host, lazyoci) : {};
recorder.add('lazyoci', lazyoci);
const file = makeWorkspace(path.join(scratch, 'shop'), workspace);
const home = path.join(scratch, 'home');
mkdirSync(home);
const base = {
  'git.enabled': !values.restricted, // VS Code's own git would be among the programs that ran
  'lazyoci.preview.env': { LAZYOCI_REGISTRY: 'localhost:5050' },
  'lazyoci.registry.checks': 'off',
  'workbench.colorTheme': THEMES[values.theme],
};
const trace = values.restricted && which('strace') !== undefined ? path.join(scratch, 'strace.txt') : undefined;
const env = environment();
const server = await startCodeServer({
  place: path.resolve(values['code-server']),
  vsix: path.resolve(values.vsix),
  directory: path.join(scratch, 'vscode'),
  env,
  settings: base,
  trace,
});

let failures = 0;
let editor;
try {
  editor = await openEditor({
    base: server.base,
    place: path.resolve(values['code-server']),
    folder: path.dirname(file),
    file,
    chromium: values.chromium,
    trust: !values.restricted,
    width: Number(values.width),
    height: Number(values.height),
    scale: values.out === undefined ? 1 : 2, // sharp pictures
    pictures: values.out,
  });
  if (!values.restricted) {
    await editor.until('.view-line', /→/, 60);
    await editor.command('View: Close Primary Side Bar');
  }
  const around = {
    ...{ file, home, scratch, recorder, host, trace },
    axe: path.resolve(values['code-server'], 'node_modules/axe-core/axe.min.js'),
    themes: Object.values(THEMES),
    set: (more) => server.configure({ ...base, ...more }),
    // not in this thread, where the proxy answers
    run: (args, more) =>
      new Promise((resolve) => {
        execFile(lazyoci, args, { cwd: path.dirname(file), env: { ...env, ...more } }, (error, out, err) => {
          resolve({ code: error === null ? 0 : error.code, told: `${out}${err}` });
        });
      }),
  };
  for (const name of positionals.length > 0 ? positionals : Object.keys(scenes)) {
    const begun = Date.now();
    try {
      const measured = await scenes[name](editor, around);
      const more = measured === undefined ? '' : `: ${measured}`;
      console.log(`ok      ${name} (${((Date.now() - begun) / 1000).toFixed(1)} s)${more}`);
    } catch (error) {
      failures += 1;
      console.log(`FAILED  ${name}: ${error.message}`);
    }
    await editor.shot(name);
    server.configure(base); // first: what the next scene sets has to be a change of its own
    await editor.revert();
  }
  if (failures > 0) {
    console.log(await editor.log());
  }
} finally {
  await editor?.close();
  await server.stop();
  host.stop();
  proxy.stop();
  await ghcr.stop();
  rmSync(scratch, { recursive: true, force: true, maxRetries: 5 });
}
process.exit(failures > 0 ? 1 : 0);

/** This process's environment with a home and a PATH of its own, and nothing that lazyoci or git would take over. */
function environment() {
  const kept = Object.entries(process.env).filter(([name]) => !/^(LAZYOCI_|GIT_|DOCKER_|GITHUB_|CI$|VSCODE_|NODE_)/.test(name));
  const own = { HOME: home, PATH: `${recorder.directory}:${process.env.PATH}` };
  // nothing is asked outside of this machine; in the restricted folder nothing is asked at all, a proxy least of all
  Object.assign(own, values.restricted ? {} : proxy.environ);
  const places = { XDG_CONFIG_HOME: '.config', XDG_CACHE_HOME: '.cache', XDG_DATA_HOME: '.local/share', DOCKER_CONFIG: '.docker' };
  for (const [name, place] of Object.entries(places)) {
    own[name] = path.join(home, place);
  }
  return { ...Object.fromEntries(kept), ...own };
}
