import assert from 'node:assert/strict';
import { test } from 'node:test';
import { question, read, YES } from '../../src/push';

const ANSWER = {
  ok: true,
  text: 'OK api\n',
  artifacts: [
    { name: 'api', type: 'image', references: ['ghcr.io/acme/api:v1', 'ghcr.io/acme/api:latest'] },
    { name: 'chart', type: 'helm', references: ['ghcr.io/acme/charts/api:1.0.0'] },
  ],
};

test('to cancel comes first, then to push, then what would be pushed', () => {
  assert.deepEqual(
    question(read(ANSWER)).map(({ label }) => label),
    ['Cancel', YES, 'api (image)', 'ghcr.io/acme/api:v1', 'ghcr.io/acme/api:latest', 'chart (helm)', 'ghcr.io/acme/charts/api:1.0.0'],
  );
  assert.equal(question(read(ANSWER))[1]?.description, '2 artifacts, 3 references');
});

test('what is refused, or no answer, allows no push', () => {
  assert.equal(read({ ...ANSWER, ok: false }).ok, false);
  assert.equal(read({ ...ANSWER, artifacts: [] }).ok, false);
  assert.equal(read(undefined).ok, false);
  assert.equal(read('').ok, false);
});
