// Drives a real VS Code through scenes, and saves a picture of each.
//   node drive.mjs --base URL --file FILE [--out DIRECTORY] [--chromium PROGRAM] [--restricted] [SCENE…]
// URL is a code-server's that was started with the extension installed; FILE lies in a folder of its own.
// Needs puppeteer-core (npm install --no-save puppeteer-core@24). README.md tells the whole way.
import { readFileSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { parseArgs } from 'node:util';
import { openEditor } from './editor.mjs';
import { SCENES } from './scenes.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    base: { type: 'string' },
    file: { type: 'string' },
    out: { type: 'string', default: '.' },
    chromium: { type: 'string', default: '/usr/bin/chromium' },
    restricted: { type: 'boolean', default: false },
    width: { type: 'string', default: '1000' },
    height: { type: 'string', default: '620' },
  },
});
if (values.base === undefined || values.file === undefined) {
  console.error('--base and --file have to be given');
  process.exit(2);
}

const file = path.resolve(values.file);
const options = {
  base: values.base,
  folder: path.dirname(file),
  file,
  chromium: values.chromium,
  trust: !values.restricted,
  width: Number(values.width),
  height: Number(values.height),
};

/** Colours, but nothing of the server's, and no command that would start it. */
async function restricted(editor) {
  await editor.until('.statusbar-item', /Restricted Mode/);
  await editor.settle(8); // long enough for a server to have answered
  if ((await editor.texts('.view-line')).some((line) => line.includes('→')) || (await editor.count('.squiggly-error')) > 0) {
    throw new Error('the server runs in restricted mode');
  }
}

const before = readFileSync(file); // VS Code in a browser saves what is typed
const wanted = values.restricted ? { restricted } : SCENES;
let failures = 0;
const editor = await openEditor(options);
try {
  if (!values.restricted) {
    await editor.until('.view-line', /→/, 40);
    await editor.press('Control+b'); // the side bar goes
  }
  for (const name of positionals.length > 0 ? positionals : Object.keys(wanted)) {
    try {
      await wanted[name](editor, file);
      console.log(`ok      ${name}`);
    } catch (error) {
      failures += 1;
      console.log(`FAILED  ${name}: ${error.message}`);
    }
    await editor.shot(path.join(values.out, `${name}.png`));
    await editor.revert();
  }
} finally {
  await editor.close();
  writeFileSync(file, before);
}
process.exit(failures > 0 ? 1 : 0);
