import assert from 'node:assert/strict';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { instructions, isCheckout } from '../../src/install';

function directory(name: string): string {
  const made = mkdtempSync(join(tmpdir(), 'lazyoci-'));
  writeFileSync(join(made, 'pyproject.toml'), `[project]\nname = "${name}"\n`);
  return made;
}

test('a checkout that is there is what to install', () => {
  const checkout = directory('lazyoci');
  assert.ok(isCheckout(checkout));
  assert.ok(!isCheckout(directory('shop')));
  for (const told of [
    instructions({ checkout, address: 'https://git.example/lazyoci' }, [], false),
    instructions({ checkout: '', address: '' }, [directory('shop'), checkout], false),
  ]) {
    assert.match(told, new RegExp(`pipx install ${checkout}\n`));
    assert.match(told, new RegExp(`\\.venv/bin/pip install ${checkout}\n`));
  }
});

test('without one it is the git address', () => {
  const told = instructions({ checkout: '/nowhere', address: 'https://git.example/lazyoci' }, [], true);
  assert.match(told, /uv tool install git\+https:\/\/git\.example\/lazyoci\n/);
  assert.match(told, /py -m venv \.venv/);
});

test('where neither is known, the commands work in a checkout', () => {
  const told = instructions({ checkout: '', address: '' }, [], false);
  assert.match(told, /In the directory of a checkout/);
  assert.match(told, /pipx install \.\n/);
  assert.match(told, /\.venv\/bin\/pip install \.\n/);
  assert.doesNotMatch(told, /WHAT|WHERE|PYTHON|PIP|USE|ADDRESS|CHECKOUT/);
});
