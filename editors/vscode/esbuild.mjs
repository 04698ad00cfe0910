// Bundles the extension to dist/extension.js, or with the argument `test` the unit tests to build/.
import { execFileSync } from 'node:child_process';
import { copyFile, readdir, rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const common = { bundle: true, platform: 'node', format: 'cjs', target: 'node18', external: ['vscode'] };

if (process.argv[2] === 'test') {
  await rm(here('build'), { recursive: true, force: true });
  const tests = (await readdir(here('test/unit'))).map((name) => here(`test/unit/${name}`));
  await build({ ...common, entryPoints: tests, outdir: here('build') });
} else {
  await rm(here('dist'), { recursive: true, force: true });
  await build({
    ...{ bundle: true, platform: 'browser', format: 'iife', target: 'es2022', minify: true },
    entryPoints: [here('src/page/page.ts')], // runs in the preview's webview
    outfile: here('dist/page.js'),
  });
  await build({
    ...common,
    entryPoints: [here('src/extension.ts')],
    outfile: here('dist/extension.js'),
    minify: true,
    legalComments: 'eof',
    define: { ORIGIN: JSON.stringify({ checkout: fileURLToPath(new URL('../..', import.meta.url)), address: address() }) },
  });
  await copyFile(here('../../LICENSE'), here('LICENSE')); // a package carries its licence
}

/** The git address that this checkout is from, for the help on installing the program; empty where git knows none. */
function address() {
  try {
    const options = { cwd: here('.'), encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] };
    const found = execFileSync('git', ['remote', 'get-url', 'origin'], options).trim();
    const plain = found.replace(/^([a-z+]+:\/\/)[^@/]*@/, '$1'); // without a user or a token
    return /^(https?|ssh|git):\/\//.test(plain) ? plain : '';
  } catch {
    return ''; // no git, or no remote
  }
}
