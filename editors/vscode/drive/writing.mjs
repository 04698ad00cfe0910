// A file written in VS Code with completion: what is accepted is valid, and Enter and Tab do what they say.
import { readFileSync, writeFileSync } from 'node:fs';

const LIST = '.suggest-widget.visible .monaco-list-row';

/** Has all of the file replaced by this, typed; the cursor is at its end. */
async function write(editor, text) {
  await editor.press('Escape', 'Control+Home', 'Control+Shift+End', 'Delete');
  await editor.type(text, 20);
}

/** Chooses from the list, which is asked for, unless typing has opened it. */
async function accept(editor, wanted) {
  await editor.shows(LIST, wanted, 'Control+Space');
  for (let down = 0; down < 40; down += 1) {
    const [focused] = await editor.texts(`${LIST}.focused`);
    if (focused !== undefined && wanted.test(focused)) {
      await editor.press('Enter');
      return;
    }
    await editor.press('ArrowDown');
  }
  throw new Error(`${wanted} cannot be chosen`);
}

/** The file as it is saved. */
async function saved(editor, file, wanted) {
  let text;
  const seen = async () => {
    await editor.press('Escape', 'Control+s');
    text = readFileSync(file, 'utf8');
    return text.trimEnd() === wanted.trimEnd();
  };
  const before = readFileSync(file, 'utf8');
  editor.afterwards(async () => {
    writeFileSync(file, before); // VS Code takes over what changes below an editor that is saved
    await editor.until('.view-line', /→ ghcr\.io\/acme\/shop:1\.4\.2-/);
  });
  await editor.eventually(seen, () => JSON.stringify(text), 4);
}

export const WRITING = {
  /** Where YAML wants a space, completion writes it; what is there already is not offered, so Enter is a new line. */
  async writesSpaces(editor, { file }) {
    await write(editor, 'version:');
    await accept(editor, /^1/);
    await editor.press('Enter');
    await editor.type('artifacts:');
    await editor.press('Escape', 'Enter');
    await editor.until('.statusbar-item', /Ln 3, Col 3/); // where the list's dashes stand
    await editor.type('- type:');
    await accept(editor, /^helm/);
    await saved(editor, file, 'version: 1\nartifacts:\n  - type: helm');
  },

  async writesNothingTwice(editor, { file }) {
    await write(editor, 'version: 1');
    await editor.settle(1);
    await editor.press('Enter');
    await editor.type('artifacts:');
    await saved(editor, file, 'version: 1\nartifacts:');
  },

  /** Behind a dash alone too. */
  async writesBehindDash(editor) {
    await write(editor, 'version: 1\nartifacts:\n-');
    await accept(editor, /^type/);
    await editor.until('.view-line', /^- type: ?/);
  },

  /** In a list of one line, what has commas is one item. */
  async writesOneItem(editor) {
    await write(editor, 'version: 1\nartifacts:\n- type: image\nsecrets: [');
    await editor.shows(LIST, /src=|id=/, 'Control+Space');
    await editor.press('Enter', 'Escape');
    await editor.until('.view-line', /secrets: \["[^"]*,[^"]*"\]/);
  },
};
