// A page of a real VS Code (code-server's, in headless Chromium), driven as a person would: keys in, screen out.
import puppeteer from 'puppeteer-core';

const sleep = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Opens FILE of FOLDER in the VS Code at BASE; trusts the folder, or not. */
export async function openEditor({ base, folder, file, chromium, trust = true, width = 1200, height = 700 }) {
  const browser = await puppeteer.launch({
    executablePath: chromium,
    headless: true,
    args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--no-first-run', '--disable-background-networking'],
  });
  const page = await browser.newPage();
  await page.setViewport({ width, height });
  const payload = JSON.stringify([['openFile', `vscode-remote://${new URL(base).host}${file}`]]);
  await page.goto(`${base}/?folder=${encodeURIComponent(folder)}&payload=${encodeURIComponent(payload)}`);
  const editor = new Editor(browser, page);
  await editor.decideTrust(trust);
  await page.waitForSelector('.monaco-editor .view-line', { timeout: 60000 });
  return editor;
}

class Editor {
  constructor(browser, page) {
    this.browser = browser;
    this.page = page;
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

  /** Waits until the texts of a selector are as wanted; throws with what was there instead. */
  async until(selector, wanted, seconds = 20) {
    let texts = [];
    for (let tries = 0; tries < seconds * 5; tries += 1) {
      texts = await this.texts(selector);
      if (texts.some((text) => wanted.test(text))) {
        return texts;
      }
      await sleep(200);
    }
    throw new Error(`${selector}: no ${wanted} in ${JSON.stringify(texts)}`);
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
    await sleep(300);
  }

  async type(text) {
    await this.page.keyboard.type(text, { delay: 60 });
    await sleep(300);
  }

  /** Moves the cursor, counted from 1. */
  async goTo(line, column) {
    await this.press('Escape', 'Control+g');
    await this.page.waitForSelector('.quick-input-widget input', { visible: true });
    await this.type(`${line}:${column}`);
    await this.press('Enter');
  }

  /** Runs a command by its title. */
  async command(title) {
    await this.press('Escape', 'F1');
    await this.page.waitForSelector('.quick-input-widget input', { visible: true });
    await this.type(title);
    await this.until('.quick-input-list .monaco-list-row', new RegExp(title.slice(0, 12), 'i'));
    await this.press('Enter');
  }

  /** Gives up what was typed; else the next window would bring it back. */
  async revert() {
    await this.press('Escape', 'Escape', 'Control+1');
    await this.command('File: Revert File');
    await this.goTo(1, 1);
    await this.settle(1);
  }

  async shot(file) {
    await sleep(500);
    await this.page.screenshot({ path: file });
  }

  settle(seconds) {
    return sleep(seconds * 1000);
  }

  close() {
    return this.browser.close();
  }
}
