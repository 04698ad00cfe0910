// Asks a program whether it is ours, before it is started as a language server. Knows nothing of VS Code.
import { execFile } from 'node:child_process';

export const LIMIT = 10_000; // milliseconds: a cold start of Python on a slow disk takes a few seconds
const MOST = 64 * 1024; // bytes that are read of what it says

export type Probed =
  | { readonly kind: 'ours'; readonly version: string; readonly python: string }
  /** It runs, and is another program of that name, such as the Go tool: what it said. */
  | { readonly kind: 'foreign'; readonly said: string }
  | { readonly kind: 'silent' }
  | { readonly kind: 'broken'; readonly why: string };

/** Runs `FILE version -o json`, which only ours answers with the version of its Python. Never throws. */
export function probe(file: string, limit = LIMIT): Promise<Probed> {
  return new Promise((resolve) => {
    const options = { timeout: limit, killSignal: 'SIGKILL', maxBuffer: MOST, encoding: 'utf8' } as const;
    const child = execFile(file, ['version', '-o', 'json'], options, (error, stdout, stderr) => {
      const endless = error?.code === 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER';
      if (child.killed && child.signalCode === 'SIGKILL' && !endless) {
        resolve({ kind: 'silent' });
        return;
      }
      const ours = read(stdout);
      if (ours !== undefined) {
        resolve(ours);
      } else if (!endless && typeof error?.code === 'string' && error.code.startsWith('E') && stdout === '' && stderr === '') {
        resolve({ kind: 'broken', why: error.message });
      } else {
        resolve({ kind: 'foreign', said: firstLine(stdout) || firstLine(stderr) });
      }
    });
    child.stdin?.on('error', () => undefined); // it ended without reading: what it said is judged
    child.stdin?.end();
  });
}

/** One plain sentence for the user; empty for our own program. */
export function complaint(file: string, probed: Probed, limit = LIMIT): string {
  switch (probed.kind) {
    case 'ours':
      return '';
    case 'foreign':
      return probed.said === ''
        ? `${file} is another program of that name: asked for its version it said nothing.`
        : `${file} is another program of that name: asked for its version it said "${probed.said}".`;
    case 'silent':
      return `${file} did not say its version within ${String(limit / 1000)} s.`;
    case 'broken':
      return `${file} cannot be run: ${probed.why}`;
  }
}

function read(text: string): Probed | undefined {
  try {
    const { version, python } = JSON.parse(text) as { version?: unknown; python?: unknown };
    return typeof version === 'string' && typeof python === 'string' ? { kind: 'ours', version, python } : undefined;
  } catch {
    return undefined; // not JSON: not ours
  }
}

/** The first line that says something, without what cannot be read, and not too long for a message. */
function firstLine(text: string): string {
  const line = text.replace(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\ufffd]+/g, ' ').split('\n').find((one) => one.trim() !== '');
  return (line ?? '').trim().slice(0, 80);
}
