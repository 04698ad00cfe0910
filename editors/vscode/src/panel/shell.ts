// The page of the preview's webview: what surrounds the server's HTML. Nothing here knows of VS Code.
//
// The policy lets nothing be loaded and nothing run but what carries the nonce: the style and the script below. The
// server escapes every text of a file; if it ever did not, what came of it could not run, nor be fetched.
import { randomBytes } from 'node:crypto';

/** The parts of the page as the server answers them. */
export interface Page {
  readonly style: string;
  readonly main: string;
}

/** What `lazyoci.previewPage` answered; undefined where it is no page, such as that of an older server. */
export function asPage(answer: unknown): Page | undefined {
  const found = answer as Partial<Page> | null | undefined;
  return typeof found?.style === 'string' && typeof found.main === 'string'
    ? { style: found.style, main: found.main }
    : undefined;
}

/** A page without a preview, and why. */
export function without(reason: string): Page {
  return { style: '', main: `<p>${escape(reason)}</p>` };
}

/** The whole document; `script` is what keeps it up to date, `uri` the file that it is about. */
export function shell(page: Page, script: string, uri: string, nonce = randomBytes(18).toString('base64')): string {
  const policy = `default-src 'none'; style-src 'nonce-${nonce}'; script-src 'nonce-${nonce}'`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<title>Preview</title>
<style nonce="${nonce}">${inside('style', page.style)}${OWN_STYLE}</style>
</head>
<body data-uri="${escape(uri)}">
<p id="news" role="status" aria-live="polite"></p>
<main>${page.main}</main>
<script nonce="${nonce}">${inside('script', script)}</script>
</body>
</html>
`;
}

const OWN_STYLE = `
#news { position: absolute; width: 1px; height: 1px; margin: -1px; overflow: hidden; clip-path: inset(50%); }
.stale { opacity: .6; }
button.line { all: unset; cursor: pointer; text-decoration: underline; }
button.line:focus-visible { outline: 2px solid var(--focus); }
`;

/** Text that stands inside of an element whose content is no HTML; nothing in it may end the element. */
function inside(element: 'style' | 'script', text: string): string {
  return text.replace(new RegExp(`</(?=${element})`, 'gi'), '<\\/');
}

function escape(text: string): string {
  const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? '');
}
