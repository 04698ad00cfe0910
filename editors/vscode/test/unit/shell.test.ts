// The page around the server's HTML: nothing is loaded, and nothing runs but its own script.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { asPage, shell, without } from '../../src/panel/shell';

const PAGE = { style: 'main { color: red; }', main: '<p>&lt;script&gt;</p>' };

test('the policy allows nothing but the nonce, which is another one in every page', () => {
  const pages = [shell(PAGE, 'go()', 'file:///a/.lazy'), shell(PAGE, 'go()', 'file:///a/.lazy')];
  const nonces = pages.map((page) => /nonce="([^"]+)"/.exec(page)?.[1] ?? '');
  assert.notEqual(nonces[0], nonces[1]);
  for (const [index, page] of pages.entries()) {
    const nonce = nonces[index] ?? '';
    assert.match(nonce, /^[A-Za-z0-9+/]{24}$/);
    const policy = `default-src 'none'; style-src 'nonce-${nonce}'; script-src 'nonce-${nonce}'`;
    assert.ok(page.includes(`<meta http-equiv="Content-Security-Policy" content="${policy}">`));
    assert.deepEqual(page.match(/<(script|style)\b[^>]*>/g), [`<style nonce="${nonce}">`, `<script nonce="${nonce}">`]);
    assert.doesNotMatch(page, /https?:|src=|href=|unsafe/);
  }
});

test('no style, script or name of a file ends its element', () => {
  const page = shell({ style: '</style><b>', main: '' }, '"</script><b>"', 'file:///a/"><img src=x>/.lazy');
  assert.doesNotMatch(page, /<img/);
  assert.equal(page.match(/<\/style>/g)?.length, 1);
  assert.equal(page.match(/<\/script>/g)?.length, 1);
});

test('a reason is text', () => {
  assert.equal(without('<b>&').main, '<p>&lt;b&gt;&amp;</p>');
});

test('what is no page is none', () => {
  for (const answer of [undefined, null, 'text', { text: 'an older server' }, { style: 1, main: 'x' }]) {
    assert.equal(asPage(answer), undefined);
  }
  assert.deepEqual(asPage({ ok: true, ...PAGE }), PAGE);
});
