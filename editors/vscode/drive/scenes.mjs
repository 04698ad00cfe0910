// What a person sees of a `.lazy` file in VS Code: each scene checks it and takes a picture.
// Places are found by their text, so that the file can be any that has them.
import { readFileSync } from 'node:fs';

/** Line and column of a text in a file, both from 1; `into` columns further. */
function place(file, text, into = 1) {
  const lines = readFileSync(file, 'utf8').split('\n');
  const line = lines.findIndex((each) => each.includes(text));
  if (line < 0) {
    throw new Error(`${file} does not have ${text}`);
  }
  return [line + 1, lines[line].indexOf(text) + 1 + into];
}

export const SCENES = {
  /** Squiggles and the references behind the tags, as soon as the file is open. */
  async hints(editor) {
    await editor.until('.view-line', /→/);
    await editor.until('.view-line', /→ \S+:\S+/);
    if ((await editor.count('.squiggly-error')) === 0) {
      throw new Error('no squiggle');
    }
  },

  async lenses(editor) {
    await editor.until('.codelens-decoration', /Dry run.*Build.*Push/);
  },

  async hover(editor, file) {
    await editor.goTo(...place(file, '.GitSHA'));
    await editor.press('Control+k', 'Control+i');
    await editor.until('.monaco-hover', /HEAD/);
  },

  async mistake(editor, file) {
    await editor.goTo(...place(file, '.Versoin', 3));
    await editor.press('Control+k', 'Control+i');
    await editor.until('.monaco-hover', /did you mean .Version/);
  },

  async fixes(editor, file) {
    await editor.goTo(...place(file, '.Versoin', 3));
    await editor.press('Control+.');
    await editor.until('.action-widget', /\.Version/);
  },

  /** Variables with their values, inside a template that is being typed. */
  async completion(editor, file) {
    const [line] = place(file, '.Versoin');
    await editor.goTo(line, 200);
    await editor.press('Enter');
    await editor.type('- "{{ .V');
    await editor.until('.suggest-widget', /VersionMajor/);
  },

  async keys(editor, file) {
    const [line] = place(file, 'type: image');
    await editor.goTo(line, 200);
    await editor.press('Enter');
    await editor.type('bu');
    await editor.until('.suggest-widget', /buildArgs/);
  },

  async preview(editor, file) {
    await editor.goTo(...place(file, 'version'));
    await editor.command('lazyoci: Preview what will be pushed');
    await editor.until('.tab', /preview/);
  },

  async dryRun(editor, file) {
    await editor.goTo(...place(file, 'version'));
    await editor.command('lazyoci: Dry run in a terminal');
    await editor.until('.single-terminal-tab', /dry run/);
    await editor.settle(6);
  },

  async symbols(editor) {
    await editor.press('Escape', 'Control+Shift+o');
    await editor.until('.quick-input-list', /./);
  },
};
