// The preview as it is heard, and as it is with a thousand artifacts.
import { readFileSync, writeFileSync } from 'node:fs';

const MANY = 1000;

/** The text of a file with so many artifacts, five references each. */
function many(count) {
  const one = (number) => `\
  - type: artifact
    name: part-${number}
    files: [{path: shop.txt, mediaType: text/plain}]
    targets:
      - registry: registry.example.com/acme/part-${number}
        tags: ["{{ .Version }}", "{{ .VersionMajor }}", "{{ .VersionMajorMinor }}", "{{ .GitSHA }}", "{{ .GitBranch | tagify }}"]
`;
  return `version: 1\nartifacts:\n${Array.from({ length: count }, (_, number) => one(number)).join('')}`;
}

const seconds = (begun) => `${((Date.now() - begun) / 1000).toFixed(1)} s`;

export const PANEL = {
  /** What a screen reader is told, by the rules of axe-core for WCAG 2.1 A and AA, with the contrast of each text. */
  async previewHeard(editor, { set, axe, themes }) {
    await editor.goTo(10, 200);
    await editor.press('Enter');
    await editor.until('.view-line', /^-$/);
    await editor.type('"{{ .Versoin');
    await editor.press('Escape');
    await editor.command('lazyoci: Preview what will be pushed');
    await editor.untilPreviewed('.problems', /did you mean \.Version/);
    const faults = [];
    for (const theme of themes) {
      set({ 'workbench.colorTheme': theme });
      await editor.settle(2);
      faults.push(...(await editor.heard(axe)).map((fault) => `${theme}: ${fault}`));
    }
    if (faults.length > 0) {
      throw new Error(faults.join('\n'));
    }
  },

  /** A thousand artifacts: shown, reached by keys, and following what is typed. */
  async previewMany(editor, { file }) {
    const before = readFileSync(file, 'utf8');
    editor.afterwards(async () => {
      writeFileSync(file, before); // VS Code takes over what changes below an editor that is saved
      await editor.press('Control+1');
      await editor.command('File: Revert File');
      await editor.until('.view-line', /→ ghcr\.io\/acme\/shop:1\.4\.2-/);
    });
    writeFileSync(file, many(MANY));
    await editor.goTo(1, 1);
    await editor.until('.view-line', /→ registry\.example\.com\/acme\/part-0:1\.4\.2/, 60);
    let begun = Date.now();
    await editor.command('lazyoci: Preview what will be pushed');
    await editor.untilPreviewed('.artifact:last-of-type .tag', /^main$/, 60);
    const shown = seconds(begun);
    const preview = await editor.preview();
    const counted = await preview.evaluate((page) => page.querySelectorAll('.artifact').length);
    if (counted !== MANY) {
      throw new Error(`${counted} artifacts are shown`);
    }
    await editor.command('View: Focus Next Editor Group');
    begun = Date.now();
    const tabs = 20;
    const seen = new Set();
    for (let tab = 0; tab < tabs; tab += 1) {
      await editor.page.keyboard.press('Tab');
      seen.add(await preview.evaluate((page) => page.activeElement.textContent.trim().slice(0, 30)));
    }
    const keys = Math.round((Date.now() - begun) / tabs);
    if (seen.size < tabs - 1) {
      throw new Error(`${tabs} times Tab reached only ${[...seen].join(' | ')}`);
    }
    await editor.press('Control+1');
    await editor.goTo(4, 200);
    begun = Date.now();
    await editor.type('x', 0);
    await editor.untilPreviewed('h2', /part-0x/, 60);
    return `${MANY} artifacts shown in ${shown}, a Tab ${keys} ms, an edit shown in ${seconds(begun)}`;
  },
};
