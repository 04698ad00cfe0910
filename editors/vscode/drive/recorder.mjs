// What shows that something was run or asked: programs that write down that they ran, a host that counts who comes.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import * as path from 'node:path';

/** A directory of programs for the PATH; each notes its name and arguments, then does what the real one does. */
export class Recorder {
  constructor(directory) {
    this.directory = directory;
    this.file = path.join(directory, 'record.txt');
    mkdirSync(directory, { recursive: true });
  }

  /** The text of a program that notes that it ran under a name. */
  script(name, real) {
    const then = real === undefined ? 'exit 1' : `exec ${quote(real)} "$@"`;
    return `#!/bin/sh\necho ${quote(name)} "$*" >> ${quote(this.file)}\n${then}\n`;
  }

  add(name, real = which(name)) {
    writeFileSync(path.join(this.directory, name), this.script(name, real), { mode: 0o755 });
  }

  lines() {
    return existsSync(this.file) ? readFileSync(this.file, 'utf8').split('\n').filter(Boolean) : [];
  }
}

/** A host on the loopback that counts connections and answers none. */
export async function startHost() {
  const host = { connections: 0, name: '', stop: () => server.close() };
  const server = createServer((socket) => {
    host.connections += 1;
    socket.destroy();
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  host.name = `127.0.0.1:${server.address().port}`;
  return host;
}

/** The file of a program on the PATH; undefined where there is none. */
export function which(name) {
  const done = spawnSync('sh', ['-c', `command -v ${quote(name)}`], { encoding: 'utf8' });
  return done.status === 0 ? done.stdout.trim() : undefined;
}

function quote(text) {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
