import assert from 'node:assert/strict';
import { test } from 'node:test';
import { split } from '../../src/trust';

const LINKS = '[Dry run](command:lazyoci.dryRun?%5B%22file%3A%2F%2F%2Fa%22%2C%200%5D) · [Preview](command:lazyoci.preview?%5B%5D)';

test('the line of links is told from what stands before it', () => {
  assert.deepEqual(split(`**ghcr.io/acme/api:1**\n\n${LINKS}\n`), { shown: '**ghcr.io/acme/api:1**', links: LINKS });
  assert.deepEqual(split(LINKS), { shown: '', links: LINKS });
});

test('nothing else is trusted', () => {
  for (const value of [
    'text',
    `${LINKS}\ntext`,
    `text ${LINKS}`,
    `${LINKS} text`,
    '[Log in](command:lazyoci.login?%5B%5D)',
    '[Dry run](command:workbench.action.terminal.sendSequence?%5B%5D)',
    '[Dry run](command:lazyoci.dryRun?[1])',
    '[x](https://example.com)',
  ]) {
    assert.deepEqual(split(value), { shown: value, links: '' });
  }
});
