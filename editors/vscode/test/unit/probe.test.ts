import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { complaint, probe } from '../../src/probe';

const skip = process.platform === 'win32' ? 'programs of this test are shell scripts' : false;

function program(script: string): string {
  const file = join(mkdtempSync(join(tmpdir(), 'lazyoci-')), 'lazyoci');
  writeFileSync(file, `#!/bin/sh\n${script}\n`);
  chmodSync(file, 0o755);
  return file;
}

test('our own program says its version, and that of its Python', { skip }, async () => {
  const file = program(`[ "$*" = "version -o json" ] && echo '{"version": "1.2.3", "python": "3.12.1"}'`);
  const found = await probe(file);
  assert.deepEqual(found, { kind: 'ours', version: '1.2.3', python: '3.12.1' });
  assert.equal(complaint(file, found), '');
});

test('the Go tool of that name is another program', { skip }, async () => {
  const file = program(`echo '{"version": "0.9.0", "commit": "abc", "date": "unknown"}'`);
  assert.equal((await probe(file)).kind, 'foreign');
  const refuses = program('echo "unknown command \\"version\\" for \\"lazyoci\\"" >&2; exit 1');
  assert.deepEqual(await probe(refuses), { kind: 'foreign', said: 'unknown command "version" for "lazyoci"' });
});

test('what a program says is one short line without control characters', { skip }, async () => {
  const file = program(`printf '\\n\\033[31mjunk\\007 and more\\n'; head -c 20000 /dev/zero | tr '\\0' x`);
  const found = await probe(file);
  assert.deepEqual(found, { kind: 'foreign', said: '[31mjunk  and more' });
  assert.match(complaint(file, found), /^\S+ is another program of that name: asked for its version it said "/);
});

test('one that never stops talking is cut off', { skip }, async () => {
  assert.equal((await probe(program('yes'))).kind, 'foreign');
});

test('so is one that talks no text', { skip }, async () => {
  const found = await probe(program('printf "ab\\200\\377 cd\\n"; exec cat /dev/urandom'));
  assert.deepEqual(found, { kind: 'foreign', said: 'ab  cd' });
});

test('one that says nothing is another program too', { skip }, async () => {
  const found = await probe(program('exit 0'));
  assert.deepEqual(found, { kind: 'foreign', said: '' });
});

test('one that hangs is given up', { skip }, async () => {
  const file = program('exec sleep 600');
  const found = await probe(file, 200);
  assert.deepEqual(found, { kind: 'silent' });
  assert.equal(complaint(file, found, 200), `${file} did not say its version within 0.2 s.`);
});

test('one that cannot be run says why', { skip }, async () => {
  const found = await probe(join(tmpdir(), 'lazyoci-none', 'lazyoci'));
  assert.equal(found.kind, 'broken');
  assert.match(complaint('lazyoci', found), /^lazyoci cannot be run: .*ENOENT/);
});
