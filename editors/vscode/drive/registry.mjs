// A real registry (Debian's docker-registry) on the loopback.
import { spawn } from 'node:child_process';
import { createWriteStream, mkdirSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';

const HTPASSWD = 'alice:$2y$05$0iNitqvfdQWVJfVNl2f0geGHMUZh6frDpeijlg7rHCBW7tFdcnizu\n'; // bcrypt, as htpasswd -B writes it

/**
 * Starts it on the first free port from 5050 (open: 5060) on; answers its name and how to stop it. It lets in everybody if it is
 * open, else only alice with the password "s3cret".
 */
export async function startRegistry(directory, { open = false } = {}) {
  for (let port = open ? 5060 : 5050; ; port += 1) {
    try {
      return await start(directory, port, open);
    } catch (error) {
      if (!/address already in use/.test(error.message)) throw error;
    }
  }
}

async function start(directory, port, open) {
  mkdirSync(directory, { recursive: true });
  const passwords = path.join(directory, 'htpasswd');
  writeFileSync(passwords, HTPASSWD);
  const config = {
    version: 0.1,
    log: { level: 'info' },
    storage: { filesystem: { rootdirectory: path.join(directory, 'data') } },
    http: { addr: `127.0.0.1:${port}`, secret: 'any', relativeurls: true }, // there may be a proxy before it
  };
  if (!open) {
    config.auth = { htpasswd: { realm: 'acme', path: passwords } };
  }
  const file = path.join(directory, 'config.yml');
  writeFileSync(file, JSON.stringify(config)); // JSON is YAML
  const process = spawn('docker-registry', ['serve', file], { stdio: ['ignore', 'ignore', 'pipe'] });
  const log = createWriteStream(path.join(directory, 'registry.log'));
  const ended = new Promise((resolve) => process.on('exit', resolve));
  return new Promise((resolve, reject) => {
    let told = '';
    process.on('error', reject);
    process.on('exit', () => reject(new Error(`docker-registry ended at once:\n${told}`)));
    process.stderr.on('data', (data) => {
      log.write(data);
      told += data;
      const address = /listening on 127\.0\.0\.1:(\d+)/.exec(told);
      if (address !== null) {
        const stop = async () => {
          process.kill();
          await ended;
        };
        resolve({ name: `localhost:${address[1]}`, stop });
      }
    });
  });
}
