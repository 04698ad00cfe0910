import assert from 'node:assert/strict';
import { test } from 'node:test';
import { choices } from '../../src/scenarios';

const ANSWER = [
  { name: 'here and now', chosen: false },
  { name: 'next release', chosen: true },
];

test('the scenarios of the server come first, a tag of one’s own last', () => {
  assert.deepEqual(choices(ANSWER, undefined), [
    { label: 'here and now', description: '', chosen: { scenario: 'here and now' } },
    { label: 'next release', description: 'now', chosen: { scenario: 'next release' } },
    { label: 'a tag …', description: '', chosen: undefined },
  ]);
});

test('while a tag is previewed with, no scenario is', () => {
  const found = choices([{ name: 'here and now', chosen: true }], 'v1.4.2');
  assert.deepEqual(
    found.map(({ description }) => description),
    ['', 'now: v1.4.2'],
  );
});

test('an older server, or none, still takes a tag', () => {
  for (const answer of [undefined, null, 'text', {}, [1, null, { name: 'a' }]]) {
    assert.deepEqual(
      choices(answer, undefined).map(({ label }) => label),
      ['a tag …'],
    );
  }
});
