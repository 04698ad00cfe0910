// A `lazyoci` on the PATH that is another program: one plain message with a way out, and no server is started.
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';

const TOAST = '.notifications-toasts .notification-list-item-message';
const QUIET = 3; // seconds in which a client that tries again would have done so

/** Puts a program in the place of ours until the scene is over, and has the server started anew. */
async function instead(editor, recorder, body) {
  const file = path.join(recorder.directory, 'lazyoci');
  const ours = readFileSync(file, 'utf8');
  const put = (text) => {
    writeFileSync(`${file}.new`, text, { mode: 0o755 });
    renameSync(`${file}.new`, file);
  };
  editor.afterwards(async () => {
    put(ours);
    await editor.command('Notifications: Clear All Notifications');
    if ((await editor.texts('.tab.active')).every((name) => !name.includes('.lazy'))) {
      await editor.command('View: Revert and Close Editor');
    }
    await editor.command('lazyoci: Restart the language server');
    await editor.until('.view-line', /→ ghcr\.io\/acme\/shop:1\.4\.2-/, 30);
  });
  const [heading, note, real] = ours.split('\n');
  put([heading, note, body.replaceAll('OURS', real), ''].join('\n'));
  await editor.command('Notifications: Clear All Notifications');
  await editor.command('lazyoci: Restart the language server');
}

/** One message like that, with both ways out, and nothing after it; a server is tried so many times. */
async function told(editor, recorder, wanted, { seconds = 20, tries = 0 } = {}) {
  const started = () => recorder.lines().filter((line) => line === 'lazyoci lsp').length;
  const before = started();
  await editor.until(TOAST, wanted, seconds);
  await editor.settle(QUIET);
  const messages = await editor.texts(TOAST);
  if (messages.length !== 1 || /EPIPE|Pending response|Content-Length|header/i.test(messages.join(' '))) {
    throw new Error(`not one plain message: ${JSON.stringify(messages)}`);
  }
  await editor.until('.notifications-toasts .monaco-button', /^Set its path$/);
  await editor.until('.notifications-toasts .monaco-button', /^Show how to install$/);
  if (started() - before > tries) {
    throw new Error(`a server was started ${started() - before} times`);
  }
  if ((await editor.texts('.view-line')).some((line) => line.includes('→'))) {
    throw new Error('there are hints of a server');
  }
}

export const WRONG = {
  /** The Go tool of that name, which knows neither `version -o json` nor `lsp`. */
  async wrongTool(editor, { recorder }) {
    await instead(editor, recorder, 'echo "Error: unknown shorthand flag: \'o\' in -o" >&2\nexit 1');
    await told(editor, recorder, /lazyoci is another program of that name: asked .* "Error: unknown shorthand flag: 'o' in -o"/);
    await editor.shot('wrongTool-message');
    await editor.click('.notifications-toasts .monaco-button', /^Set its path$/);
    await editor.until('.tab', /Settings/);
    await editor.until('.setting-item-label', /Path/);
    await editor.press('Control+1', 'Control+w');
    await editor.showStatus();
    await editor.until('.hover-language-status', /lazyoci: the server does not run/);
  },

  async wrongInstall(editor, { recorder }) {
    await instead(editor, recorder, 'exit 0');
    await told(editor, recorder, /another program of that name: asked for its version it said nothing/);
    await editor.click('.notifications-toasts .monaco-button', /^Show how to install$/);
    await editor.until('.view-line', /uv tool install/);
  },

  /** More noise than anybody reads, and no end of it. */
  async wrongJunk(editor, { recorder }) {
    await instead(editor, recorder, 'exec cat /dev/urandom');
    await told(editor, recorder, /another program of that name/);
  },

  /** It never answers: it is given ten seconds. */
  async wrongHang(editor, { recorder }) {
    await instead(editor, recorder, 'exec sleep 600');
    await told(editor, recorder, /did not say its version within 10 s/);
  },

  /** Ours as far as it is asked, but around it something speaks on the server's output. */
  async wrongNoise(editor, { recorder }) {
    const body = 'if [ "$1" = lsp ]; then echo "Activating the environment"; exec sleep 600; fi\nOURS';
    await instead(editor, recorder, body);
    await told(editor, recorder, /did not answer as a language server within 20 s/, { seconds: 40, tries: 1 });
  },
};
