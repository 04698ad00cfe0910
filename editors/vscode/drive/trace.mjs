// What strace saw of VS Code: its own processes run programs and ask hosts too, so each is told by its ancestors.
import { readFileSync } from 'node:fs';

export class Trace {
  constructor(file) {
    this.lines = readFileSync(file, 'utf8').split('\n').map((line) => {
      const [, task, text] = /^(\d+) +(.*)$/.exec(line) ?? [undefined, '', ''];
      return { task, text };
    });
  }

  /** What extensions did: programs run, and addresses connected to, by the extension host and all that it began. */
  extensionHost() {
    const programs = new Set();
    const addresses = new Set();
    const tasks = this.begunBy(/^execve\(.*"--type=extensionHost"/);
    for (const { task, text } of this.lines) {
      const program = /^execve\("([^"]*)"/.exec(text)?.[1];
      const address = /^connect\(\d+, \{sa_family=AF_INET6?, (.*?)\}/.exec(text)?.[1];
      if (tasks.has(task) && program !== undefined && !text.includes('--type=extensionHost')) programs.add(program);
      if (tasks.has(task) && address !== undefined) addresses.add(address);
    }
    return { programs: [...programs], addresses: [...addresses] };
  }

  /** The processes and threads that ran a program, and all that came of them since. */
  begunBy(wanted) {
    const tasks = new Set();
    for (const { task, text } of this.lines) {
      if (wanted.test(text)) tasks.add(task);
      const child = /(?:clone3?|v?fork)(?: resumed>|\().*= (\d+)$/.exec(text)?.[1];
      if (child !== undefined && tasks.has(task)) tasks.add(child);
    }
    if (tasks.size === 0) {
      throw new Error('strace saw no extension host');
    }
    return tasks;
  }
}
