// Packs the extension as lazyoci.vsix, from a directory that holds nothing else: with pictures within the README, as VS
// Code shows none that lie beside it or at an address that it does not know.
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { createVSIX } from '@vscode/vsce';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const PARTS = ['LICENSE', 'language-configuration.json', 'dist', 'syntaxes', 'icons'];
const stage = here('build/package/');

await rm(stage, { recursive: true, force: true });
await mkdir(stage, { recursive: true });
for (const part of PARTS) {
  await cp(here(part), `${stage}${part}`, { recursive: true, filter: (from) => !from.endsWith('icon.svg') });
}
const manifest = JSON.parse(await readFile(here('package.json'), 'utf8'));
delete manifest.scripts;
delete manifest.devDependencies;
await writeFile(`${stage}package.json`, `${JSON.stringify(manifest, undefined, 2)}\n`);
await writeFile(`${stage}README.md`, await withPictures(await readFile(here('README.md'), 'utf8')));
await createVSIX({
  cwd: stage,
  packagePath: here('lazyoci.vsix'),
  dependencies: false,
  allowMissingRepository: true,
  rewriteRelativeLinks: false,
});

/** The same Markdown with each picture in the place of its name. */
async function withPictures(text) {
  const parts = text.split(/\]\(((?:\.\.\/)+docs\/images\/[\w-]+\.png)\)/);
  for (let place = 1; place < parts.length; place += 2) {
    const picture = await readFile(here(parts[place]), 'base64');
    parts[place] = `](data:image/png;base64,${picture})`;
  }
  return parts.join('');
}
