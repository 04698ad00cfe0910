// A page of a real VS Code (code-server's, in headless Chromium), driven as a person would: keys in, screen out.
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import * as path from 'node:path';

const sleep = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Opens FILE of FOLDER in the VS Code at BASE, trusting the folder or not; puppeteer-core is looked for in PLACE. */
export async function openEditor({ base, place, folder, file, chromium, trust = true, width, height, scale = 1, pictures }) {
  const puppeteer = createRequire(path.join(place, 'any.js'))('puppeteer-core');
  const browser = await puppeteer.launch({
    executablePath: chromium,
    headless: true,
    args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--no-first-run', '--disable-background-networking'],
  });
  const page = await browser.newPage();
  await page.setViewport({ width, height, deviceScaleFactor: scale });
  const payload = JSON.stringify([['openFile', `vscode-remote://${new URL(base).host}${file}`]]);
  await page.goto(`${base}/?folder=${encodeURIComponent(folder)}&payload=${encodeURIComponent(payload)}`);
  const editor = new Editor(browser, page, pictures);
  await editor.decideTrust(trust);
  await page.waitForSelector('.monaco-editor .view-line', { timeout: 60000 });
  return editor;
}

class Editor {
  constructor(browser, page, pictures) {
    this.browser = browser;
    this.page = page;
    this.pictures = pictures;
    this.undone = [];
  }

  async decideTrust(trust) {
    const dialog = '.monaco-dialog-box .monaco-button';
    await this.page.waitForSelector(dialog, { timeout: 60000 });
    const wanted = trust ? /^Yes/ : /^No/;
    for (const button of await this.page.$$(dialog)) {
      if (wanted.test(await button.evaluate((element) => element.textContent))) {
        await button.click();
        await this.page.waitForSelector('.monaco-dialog-box', { hidden: true });
        return;
      }
    }
    throw new Error('no such button among those of the trust dialog');
  }

  /** The texts of what matches a selector. */
  async texts(selector) {
    const texts = await this.page.$$eval(selector, (all) => all.map((element) => element.textContent));
    return texts.map((text) => text.replaceAll('\u00a0', ' ').trim()).filter(Boolean);
  }

  /** Waits until one of the texts of a selector is as wanted; throws with what was there instead. */
  async until(selector, wanted, seconds = 20) {
    let texts = [];
    const seen = async () => {
      texts = await this.page.$$eval(selector, (all) => all.map((element) => element.textContent.replaceAll('\u00a0', ' ').trim()));
      return texts.some((text) => wanted.test(text));
    };
    await this.eventually(seen, () => `${selector}: no ${wanted} in ${JSON.stringify(texts)}`, seconds);
  }

  /** Presses keys until they show what is wanted: the server may just be busy with what was typed before. */
  async shows(selector, wanted, ...chords) {
    let texts = [];
    const seen = async () => {
      await this.press('Escape', ...chords);
      for (let tries = 0; tries < 10; tries += 1) {
        texts = await this.texts(selector);
        if (texts.some((text) => wanted.test(text))) {
          return true;
        }
        await sleep(200);
      }
      return false;
    };
    await this.eventually(seen, () => `${selector}: no ${wanted} in ${JSON.stringify(texts)}`, 1);
  }

  /** The document of the preview. VS Code has it in a frame of a frame, both of the server's origin. */
  async preview() {
    let found;
    const seen = async () => {
      found = await this.page.evaluateHandle(() => {
        const frames = [...document.querySelectorAll('iframe.webview')];
        const inner = frames.map((each) => each.contentDocument?.querySelector('#active-frame')?.contentDocument);
        return inner.find((each) => each?.querySelector('#news'));
      });
      return found.evaluate((each) => each !== undefined);
    };
    await this.eventually(seen, 'the page of the preview');
    return found;
  }

  /** Waits until one of the texts of a selector in the preview is as wanted. */
  async untilPreviewed(selector, wanted, seconds = 20) {
    let texts = [];
    const seen = async () => {
      const preview = await this.preview();
      texts = await preview.evaluate((doc, css) => [...doc.querySelectorAll(css)].map((each) => each.textContent), selector);
      return texts.some((text) => wanted.test(text.replace(/\s+/g, ' ').trim()));
    };
    await this.eventually(seen, () => `preview, ${selector}: no ${wanted} in ${JSON.stringify(texts)}`, seconds);
  }

  /** What axe-core, whose file is given, finds wrong with the preview: rule, words, and where. */
  async heard(axe) {
    await this.preview();
    for (const frame of this.page.frames()) {
      if (await frame.evaluate(() => document.querySelector('#news') !== null)) {
        await frame.evaluate(readFileSync(axe, 'utf8')); // by the debugger: the page's policy lets no script in
        return frame.evaluate(async () => {
          const runOnly = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice'];
          const { violations } = await globalThis.axe.run(document, { runOnly });
          return violations.map((one) => `${one.id}: ${one.help}: ${one.nodes.map((node) => node.html.slice(0, 200)).join(' ')}`);
        });
      }
    }
    throw new Error('no frame has the preview');
  }

  /** Waits until none of the texts of a selector is like that. */
  async noneOf(selector, unwanted) {
    const seen = async () => !(await this.texts(selector)).some((text) => unwanted.test(text));
    await this.eventually(seen, () => `${selector}: ${unwanted} is still there`);
  }

  /** Waits until nothing matches a selector. */
  async gone(selector) {
    await this.eventually(async () => (await this.count(selector)) === 0, () => `${selector} is still there`);
  }

  async eventually(seen, otherwise, seconds = 20) {
    for (let tries = 0; tries < seconds * 10; tries += 1) {
      if (await seen()) {
        return;
      }
      await sleep(100);
    }
    throw new Error(typeof otherwise === 'function' ? otherwise() : `in vain: ${otherwise}`);
  }

  /** Clicks the first match of a selector with such a text; again, where the screen was just drawn anew. */
  async click(selector, wanted) {
    let why = '';
    const clicked = async () => {
      for (const element of await this.page.$$(selector)) {
        try {
          if (wanted.test(await element.evaluate((each) => each.textContent.replaceAll('\u00a0', ' ').trim()))) {
            await element.click();
            return true;
          }
        } catch (error) {
          why = error.message;
        }
      }
      return false;
    };
    await this.eventually(clicked, () => `${selector}: nothing like ${wanted} to click ${why}`);
    await this.page.mouse.move(0, 0); // nothing below the pointer is shown as such
  }

  async count(selector) {
    return (await this.page.$$(selector)).length;
  }

  /** Presses keys one after the other, such as 'Control+k', 'Control+i'. */
  async press(...chords) {
    for (const chord of chords) {
      const keys = chord.split('+');
      const last = keys.pop();
      for (const key of keys) await this.page.keyboard.down(key);
      await this.page.keyboard.press(last);
      for (const key of keys.reverse()) await this.page.keyboard.up(key);
    }
    await sleep(100);
  }

  /** Types as fast as a person does at best: what is not there in time is not for people. */
  async type(text, delay = 40) {
    await this.page.keyboard.type(text, { delay });
    await sleep(100);
  }

  /** Moves the cursor, counted from 1. */
  async goTo(line, column) {
    await this.press('Escape', 'Control+g');
    await this.page.waitForSelector('.quick-input-widget input', { visible: true });
    await this.type(`${line}:${column}`, 0);
    await this.press('Enter');
  }

  /** Runs a command by its title. */
  async command(title) {
    await this.press('Escape', 'F1');
    await this.page.waitForSelector('.quick-input-widget input', { visible: true });
    await this.type(title, 0);
    await this.until('.quick-input-list .monaco-list-row.focused', new RegExp(title.replace(/[()]/g, '.'), 'i'));
    await this.press('Enter');
  }

  /** Opens the list of what the language's server and others say of themselves. */
  async showStatus() {
    await this.page.hover('#status\\.languageStatus');
    await this.page.waitForSelector('.hover-language-status', { timeout: 10000 });
  }

  /** Trusts the folder of a window that was opened in restricted mode. */
  async grantTrust() {
    await this.command('Workspaces: Manage Workspace Trust');
    await this.page.waitForSelector('.workspace-trust-editor .monaco-button', { timeout: 10000 });
    for (const button of await this.page.$$('.workspace-trust-editor .monaco-button')) {
      if (/^Trust$/.test(await button.evaluate((element) => element.textContent))) {
        await button.click();
        await this.press('Control+w');
        return;
      }
    }
    throw new Error('no button to trust the workspace');
  }

  /** What the extension's output channel holds. */
  async log() {
    await this.command('lazyoci: Show the language server');
    return (await this.texts('.panel .view-line')).join('\n');
  }

  /** Puts the window back: what was typed is given up, other editors and the panel close. */
  async revert() {
    for (const undo of this.undone.splice(0)) {
      await undo();
    }
    await this.press('Escape', 'Escape', 'Control+1');
    if ((await this.count('.tab.active.dirty')) > 0) {
      await this.command('File: Revert File');
    }
    if ((await this.count('.tabs-container .tab')) > 1) {
      await this.command('View: Close Other Editors in Group');
      await this.command('View: Close Editors in Other Groups');
    }
    const panel = await this.page.$('.part.panel');
    if (panel !== null && (await panel.isVisible())) {
      await this.command('View: Toggle Panel Visibility');
    }
    await this.goTo(1, 1);
  }

  /** Has something done when the window is put back. */
  afterwards(undo) {
    this.undone.push(undo);
  }

  /** Takes a picture, where pictures are wanted. */
  async shot(name) {
    if (this.pictures !== undefined) {
      mkdirSync(this.pictures, { recursive: true });
      await sleep(500);
      await this.page.screenshot({ path: path.join(this.pictures, `${name}.png`) });
    }
  }

  settle(seconds) {
    return sleep(seconds * 1000);
  }

  close() {
    return this.browser.close();
  }
}
