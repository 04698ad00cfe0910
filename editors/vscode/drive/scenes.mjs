// What a person sees of a `.lazy` file in VS Code: each scene checks it and leaves it on the screen for a picture.
// Places are found by their text. What is typed is taken back after each scene.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { PANEL } from './panel.mjs';
import { startRegistry } from './registry.mjs';
import { git } from './workspace.mjs';
import { WRITING } from './writing.mjs';
import { WRONG } from './wrong.mjs';

/** Line and column of a text in the file, both from 1; `into` columns further. */
function place(file, text, into = 1) {
  const lines = readFileSync(file, 'utf8').split('\n');
  const line = lines.findIndex((each) => each.includes(text));
  if (line < 0) {
    throw new Error(`${file} does not have ${text}`);
  }
  return [line + 1, lines[line].indexOf(text) + 1 + into];
}

/** Types a line of its own below the one that has a text. Where that is a list's, Enter writes the dash of the next. */
async function below(editor, file, text, typed) {
  const [line] = place(file, text);
  await editor.goTo(line, 200);
  await editor.press('Enter');
  if (typed.startsWith('- ')) {
    await editor.until('.view-line', /^-$/);
  }
  await editor.type(typed.replace(/^- /, ''));
  return line + 1;
}

/** A tag that does not exist; answers its place. */
async function misspell(editor, file) {
  const line = await below(editor, file, '.VersionMajorMinor', '- "{{ .Versoin');
  await editor.press('Escape');
  await editor.until('.squiggly-error', /^$/);
  return [line, 22];
}

/** Background, text and border in the themes of VS Code. */
const THEMES = [
  ['dark', 'Default Dark Modern', ['rgb(31, 31, 31)', 'rgb(204, 204, 204)', 'rgb(49, 49, 49)']],
  ['contrast', 'Default High Contrast', ['rgb(0, 0, 0)', 'rgb(255, 255, 255)', 'rgb(111, 195, 223)']],
  ['light', 'Default Light Modern', ['rgb(255, 255, 255)', 'rgb(59, 59, 59)', 'rgb(229, 229, 229)']],
];

export const SCENES = {
  /** The references behind the tags, as soon as the file is open. */
  async hints(editor, { set }) {
    set({ 'lazyoci.codeLens.enabled': false });
    await editor.gone('.codelens-decoration a');
    await editor.until('.view-line', /→ ghcr\.io\/acme\/shop:1\.4\.2-[0-9a-f]{7}/);
    await editor.until('.view-line', /→ localhost:5050\/charts\/shop:0\.3\.0/);
  },

  async lenses(editor) {
    await editor.until('.codelens-decoration', /3 artifacts, 6 references, 2 registries/);
    await editor.until('.codelens-decoration', /Dry run.*Build.*Push \(3 references\)/);
  },

  /** What is pushed for everybody to see is asked for first; no means no. */
  async push(editor, { recorder }) {
    await editor.click('.codelens-decoration a', /^Push \(3/);
    await editor.until('.quick-input-title', /Build and push \.lazy\?/);
    await editor.until('.quick-input-list .monaco-list-row', /ghcr\.io\/acme\/shop:1\.4/);
    await editor.until('.quick-input-list .monaco-list-row.focused', /^Cancel/); // Enter alone pushes nothing
    await editor.press('Escape');
    await editor.until('.view-line', /→/);
    never(recorder, /build/);
  },

  /** What a tag becomes, where each value is from, and what the registry has there. */
  async hover(editor, { file, set }) {
    set({ 'lazyoci.registry.checks': 'anonymous', 'lazyoci.preview.env': { LAZYOCI_REGISTRY: 'ghcr.io/acme' } });
    await editor.until('.view-line', /→ ghcr\.io\/acme\/charts\/shop:0\.3\.0/);
    await editor.goTo(...place(file, '.GitSHA'));
    await editor.shows('.monaco-hover', /absent: a push would create it/, 'Control+k', 'Control+i');
    await editor.until('.monaco-hover', /ghcr\.io\/acme\/shop:1\.4\.2-[0-9a-f]{7}/);
    await editor.until('.monaco-hover', /git tag v1\.4\.2, on HEAD/);
  },

  /** What becomes of a tag on each occasion. */
  async occasions(editor, { file }) {
    await editor.goTo(...place(file, 'latest', 2));
    await editor.shows('.monaco-hover', /next release.*its candidate.*schedule/s, 'Control+k', 'Control+i');
  },

  async mistake(editor, { file }) {
    await editor.goTo(...(await misspell(editor, file)));
    await editor.shows('.monaco-hover', /did you mean \.Version/, 'Control+k', 'Control+i');
  },

  async fixes(editor, { file }) {
    await editor.goTo(...(await misspell(editor, file)));
    await editor.shows('.action-widget', /Replace with \.Version/, 'Control+.');
  },

  /** A mistake in one artifact costs the others nothing. */
  async tolerant(editor, { file }) {
    await below(editor, file, 'name: shop', 'labells: {a: b}');
    await editor.until('.squiggly-error', /^$/);
    await editor.until('.view-line', /→ ghcr\.io\/acme\/shop:1\.4\.2-[0-9a-f]{7}/);
    await editor.until('.view-line', /→ localhost:5050\/charts\/shop:0\.3\.0/);
    await editor.until('.codelens-decoration', /3 artifacts, 6 references, 2 registries/);
  },

  /** The page of a rule, at its own place. */
  async explain(editor, { file }) {
    await editor.goTo(...(await misspell(editor, file)));
    await editor.shows('.action-widget', /Explain unknown-variable/, 'Control+.');
    await editor.press('ArrowDown', 'ArrowDown', 'Enter');
    await editor.until('.tab', /unknown-variable/);
  },

  /** The fix is one key away, and the squiggle goes with it. */
  async fixed(editor, { file }) {
    await editor.goTo(...(await misspell(editor, file)));
    await editor.shows('.action-widget', /Replace with \.Version/, 'Control+.');
    await editor.press('Enter');
    await editor.until('.view-line', /"\{\{ \.Version ?\}\}"/);
    await editor.gone('.squiggly-error');
  },

  /** Variables with their values, inside a template that is being typed. */
  async completion(editor, { file }) {
    await below(editor, file, '.VersionMajorMinor', '- "{{ .V');
    await editor.until('.suggest-widget', /VersionMajor/);
  },

  async keys(editor, { file }) {
    await below(editor, file, 'type: image', 'bu');
    await editor.until('.suggest-widget', /buildArgs/);
  },

  /** The preview follows what is typed. */
  async preview(editor, { file }) {
    await editor.command('lazyoci: Preview what will be pushed');
    await editor.until('.tab', /Preview \.lazy/);
    await editor.untilPreviewed('.tag', /^0\.3\.0$/);
    await editor.untilPreviewed('caption', /What becomes of each tag/);
    await editor.goTo(...place(file, 'latest', 6));
    await editor.type('-one');
    await editor.untilPreviewed('.tag', /^latest-one$/);
  },

  /** What is typed moves nothing that one is reading: what is closed stays so, and scroll and focus where they are. */
  async previewStays(editor, { file }) {
    await editor.command('lazyoci: Preview what will be pushed');
    await editor.untilPreviewed('.tag', /^0\.3\.0$/);
    const preview = await editor.preview();
    const state = () =>
      preview.evaluate((page) => ({
        top: page.defaultView.scrollY,
        open: [...page.querySelectorAll('details')].map((each) => each.open),
        focus: page.activeElement.closest('details')?.dataset.key,
      }));
    await preview.evaluate((page) => {
      page.querySelectorAll('summary')[1].click();
      page.querySelectorAll('summary')[2].focus();
      page.defaultView.scrollTo(0, 150);
    });
    const wanted = { top: 150, open: [true, false, true], focus: 'shop-api' };
    await editor.eventually(async () => same(await state(), wanted), 'a closed part');
    git(path.dirname(file), 'switch', '--quiet', '--create', 'feature/y'); // news while one reads
    await editor.untilPreviewed('.tag', /^feature-y$/);
    equal(await state(), wanted);
    git(path.dirname(file), 'switch', '--quiet', 'main');
    await editor.untilPreviewed('.tag', /^main$/);
    await editor.press('Control+1'); // and while one types
    await editor.goTo(...place(file, 'latest', 6));
    await editor.type('-one');
    await editor.untilPreviewed('.tag', /^latest-one$/);
    const { top, open } = await state();
    equal({ top, open }, { top: 150, open: wanted.open });
  },

  /** By keys alone: into the page, a part closed and opened, on to the problem's line in the file. */
  async previewKeys(editor, { file }) {
    await misspell(editor, file);
    await editor.command('lazyoci: Preview what will be pushed');
    await editor.untilPreviewed('.problems', /did you mean \.Version/);
    await editor.command('View: Focus Next Editor Group');
    const preview = await editor.preview();
    const focused = () => preview.evaluate((page) => page.activeElement.textContent.trim().split(/\s/)[0]);
    const seen = [];
    for (let tabs = 0; tabs < 12 && seen.at(-1) !== 'line'; tabs += 1) {
      await editor.press('Tab');
      seen.push(await focused());
      if (seen.at(-1) === 'shop-chart') {
        await editor.press('Enter');
        equal(await preview.evaluate((page) => page.activeElement.closest('details').open), false);
      }
    }
    const wanted = ['1', 'shop', 'shop-chart', 'shop-api', 'What', 'line'];
    equal(seen.filter((each) => wanted.includes(each)), wanted);
    await editor.press('Enter');
    await editor.until('.statusbar-item', new RegExp(`Ln ${place(file, 'VersionMajorMinor')[0] + 1},`));
  },

  /** A file's words are text in the page: no element comes of them, nothing runs, nothing is fetched. */
  async previewHostile(editor, { file }) {
    await editor.goTo(...place(file, 'name: shop', 6));
    await editor.press('Shift+End', 'Delete');
    await editor.type("'</h2><img src=x onerror=document.title=1><script>document.title=2</script><a href=command:x>'", 5);
    await editor.command('lazyoci: Preview what will be pushed');
    await editor.untilPreviewed('h2', /<img src=x onerror/);
    const found = await (await editor.preview()).evaluate((page) => ({
      elements: page.querySelectorAll('main img, main script, main iframe, main a:not([href="#problems"])').length,
      title: page.title,
      policy: page.querySelector('meta[http-equiv]').content.replace(/nonce-[^']+/g, 'nonce'),
    }));
    equal(found, { elements: 0, title: 'Preview', policy: "default-src 'none'; style-src 'nonce'; script-src 'nonce'" });
  },

  /** What registries have stands at each tag; the page has the colours of the window, in high contrast with borders. */
  async previewStates(editor, { file, set, run }) {
    const env = { LAZYOCI_REGISTRY: 'ghcr.io/acme' };
    const { code, told } = await run(['build', file, '--artifact', 'shop-chart'], env);
    equal([code, code === 0 ? '' : told], [0, '']);
    const asked = { 'lazyoci.registry.checks': 'anonymous', 'lazyoci.preview.env': env };
    set(asked);
    await editor.command('lazyoci: Preview what will be pushed');
    await editor.untilPreviewed('.mark', /^unchanged$/, 30);
    await editor.untilPreviewed('.mark', /^new$/);
    const colours = async () =>
      (await editor.preview()).evaluate((page) => {
        const body = getComputedStyle(page.body);
        return [body.backgroundColor, body.color, getComputedStyle(page.querySelector('.artifact')).borderTopColor];
      });
    for (const [name, theme, wanted] of THEMES) {
      set({ ...asked, 'workbench.colorTheme': theme });
      let seen;
      await editor.eventually(async () => same((seen = await colours()), wanted), () => `${theme}: ${seen.join(', ')}`);
      await editor.untilPreviewed('.mark', /^new$/);
      await editor.shot(`preview-${name}`);
    }
  },

  /** A branch that is checked out shows without an edit. */
  async branch(editor, { file }) {
    await editor.command('lazyoci: Preview what will be pushed');
    await editor.untilPreviewed('.tag', /^main$/);
    git(path.dirname(file), 'switch', '--quiet', '--create', 'feature/x');
    await editor.untilPreviewed('.tag', /^feature-x$/);
    git(path.dirname(file), 'switch', '--quiet', 'main');
    await editor.untilPreviewed('.tag', /^main$/);
  },

  async previewTag(editor) {
    await editor.command('lazyoci: Preview as …');
    await editor.type('a tag');
    await editor.press('Enter');
    await editor.type('v9.8.7');
    await editor.press('Enter');
    await editor.until('.view-line', /→ ghcr\.io\/acme\/shop:9\.8\.7-/);
    await editor.command('lazyoci: Preview as …');
    await editor.type('here and now');
    await editor.press('Enter');
    await editor.until('.view-line', /→ ghcr\.io\/acme\/shop:1\.4\.2-/);
  },

  /** The lens runs the program in a terminal, for one artifact. */
  async dryRun(editor, { recorder }) {
    await editor.click('.codelens-decoration a', /^Dry run/);
    await editor.until('.xterm-rows', /ghcr\.io\/acme\/shop:1\.4\.2-/, 30);
    some(recorder, /build \S+\/\.lazy --dry-run --allow-unresolved --artifact 0$/);
  },

  async symbols(editor) {
    await editor.press('Escape', 'Control+Shift+o');
    await editor.until('.quick-input-list .monaco-list-row', /shop-chart/);
  },

  async definition(editor, { file }) {
    await editor.goTo(...place(file, '.ChartVersion', 3));
    await editor.press('F12');
    await editor.until('.tab', /Chart\.yaml/);
    await editor.press('Control+w');
  },

  /** What the server is, among the states of the language. */
  async status(editor) {
    await editor.showStatus();
    await editor.until('.hover-language-status', /lazyoci \d+\.\d+\.\d+/);
  },

  /** Settings are taken over while the file is open: the server asks for them with workspace/configuration. */
  async settings(editor, { set }) {
    set({ 'lazyoci.preview.tag': 'v2.0.0' });
    await editor.until('.view-line', /→ ghcr\.io\/acme\/shop:2\.0\.0-/);
    set({ 'lazyoci.preview.env': { LAZYOCI_REGISTRY: 'registry.example.com' } });
    await editor.until('.view-line', /→ registry\.example\.com\/charts\/shop:0\.3\.0/);
    set({ 'lazyoci.codeLens.enabled': false });
    await editor.gone('.codelens-decoration a');
    set({ 'lazyoci.inlayHints.enabled': false });
    await editor.noneOf('.view-line', /→/);
    set({});
    await editor.until('.view-line', /→ ghcr\.io\/acme\/shop:1\.4\.2-/);
    await editor.until('.codelens-decoration', /Dry run/);
  },

  async severities(editor, { file, set }) {
    await misspell(editor, file);
    set({ 'lazyoci.rules.severities': { 'unknown-variable': 'warning' } });
    await editor.until('.squiggly-warning', /^$/);
    set({ 'lazyoci.rules.severities': { 'unknown-variable': 'off' } });
    await editor.gone('.squiggly-warning');
    set({});
    await editor.until('.squiggly-error', /^$/);
  },

  /**
   * A registry that does not know you is known before the push; so is what it has, once you have logged in,
   * which is the quick fix.
   */
  async exists(editor, { file, home, scratch, recorder, set, run }) {
    const registry = await startRegistry(path.join(scratch, 'registry'));
    editor.afterwards(() => registry.stop());
    const env = { LAZYOCI_REGISTRY: registry.name };
    keepWrongPassword(home, registry.name);
    set({ 'lazyoci.registry.checks': 'credentials', 'lazyoci.preview.env': env });
    await editor.until('.squiggly-warning', /^$/, 30);
    await editor.goTo(...place(file, '/charts/shop"', 3));
    await editor.shows('.monaco-hover', /registry-unauthorized/, 'Control+k', 'Control+i');
    await editor.shot('refused');

    await editor.shows('.action-widget', new RegExp(`Log in to ${registry.name}`), 'Control+.');
    await editor.press('Enter');
    await editor.until('.xterm-rows', /User/i);
    some(recorder, new RegExp(`^lazyoci registry login ${registry.name}$`));
    await editor.type('alice\n');
    await editor.until('.xterm-rows', /Password/i);
    await editor.type('s3cret\n');
    await editor.gone('.squiggly-warning');
    await editor.command('View: Toggle Panel Visibility');
    await editor.press('Control+1');
    const { code, told } = await run(['build', file, '--artifact', 'shop-chart', '--push'], env);
    if (code !== 0) {
      throw new Error(`lazyoci build: ${told}`);
    }
    await editor.command('lazyoci: Ask the registries of this file again');
    await editor.goTo(...place(file, '.ChartVersion', 3));
    await editor.shows('.monaco-hover', /exists: sha256:[0-9a-f]{64}/, 'Control+k', 'Control+i');
  },

  async restart(editor, { recorder }) {
    const before = recorder.lines().filter((line) => line === 'lazyoci lsp').length;
    await editor.command('lazyoci: Restart the language server');
    await editor.eventually(() => recorder.lines().filter((line) => line === 'lazyoci lsp').length === before + 1, 'a second start');
    await editor.until('.view-line', /→ ghcr\.io\/acme\/shop:1\.4\.2-/, 30);
  },

  ...PANEL,
  ...WRITING,
  ...WRONG,
};

/** Credentials as `docker login` keeps them where there is no helper. */
function keepWrongPassword(home, host) {
  mkdirSync(path.join(home, '.docker'), { recursive: true });
  const auth = Buffer.from('alice:wrong').toString('base64');
  writeFileSync(path.join(home, '.docker/config.json'), JSON.stringify({ auths: { [host]: { auth } } }), { mode: 0o600 });
}

function same(found, wanted) {
  return JSON.stringify(found) === JSON.stringify(wanted);
}

function equal(found, wanted) {
  if (!same(found, wanted)) {
    throw new Error(`${JSON.stringify(found)}, not ${JSON.stringify(wanted)}`);
  }
}

function some(recorder, wanted) {
  if (!recorder.lines().some((line) => wanted.test(line))) {
    throw new Error(`no program ran as ${wanted}: ${JSON.stringify(recorder.lines())}`);
  }
}

function never(recorder, unwanted) {
  if (recorder.lines().some((line) => unwanted.test(line))) {
    throw new Error(`a program ran: ${JSON.stringify(recorder.lines())}`);
  }
}
