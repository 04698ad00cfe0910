// What strace saw of VS Code: its own processes run programs and ask hosts too, so each is told by its ancestors.
import { readFileSync } from 'node:fs';

const HOST = /^execve\(.*"--type=extensionHost"/;
const BEGUN = /(?:clone3?|v?fork)(?: resumed>|\().*= (\d+)$/;

/** What extensions did: command lines run, and addresses connected to, by the extension host and all that it began. */
export function extensionHost(file) {
  const tasks = new Set(); // processes and threads that live; numbers are used again
  const commands = new Set();
  const addresses = new Set();
  let seen = false;
  for (const line of readFileSync(file, 'utf8').split('\n')) {
    const [, task, text] = /^(\d+) +(.*)$/.exec(line) ?? [undefined, '', ''];
    if (HOST.test(text)) {
      tasks.add(task);
      seen = true;
    } else if (tasks.has(task)) {
      const child = BEGUN.exec(text)?.[1];
      const command = /^execve\("([^"]*)", \[(.*?)\]/.exec(text);
      const address = /^connect\(\d+, \{sa_family=AF_INET6?, (.*?)\}/.exec(text)?.[1];
      if (child !== undefined) tasks.add(child);
      if (command !== null) commands.add(`${command[1]}: ${command[2]}`);
      if (address !== undefined) addresses.add(address);
      if (text.startsWith('+++ ')) tasks.delete(task);
    }
  }
  if (!seen) {
    throw new Error('strace saw no extension host');
  }
  return { commands: [...commands], addresses: [...addresses] };
}
