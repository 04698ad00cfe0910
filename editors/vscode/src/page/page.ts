// Runs in the preview's webview: puts new content in the place of the old, and keeps what the reader was at.
interface Host {
  getState(): unknown;
  setState(state: unknown): void;
  postMessage(message: unknown): void;
}

declare function acquireVsCodeApi(): Host;

const host = acquireVsCodeApi();
const main = document.querySelector('main') ?? document.body;
const news = document.querySelector('#news');
const FOCUSABLE = 'summary, a[href], button, [tabindex="0"]';

/** What is kept when VS Code puts the page away: it is made anew when it is looked at again. */
interface Kept {
  readonly uri: string;
  readonly closed: readonly string[];
  readonly top: number;
}

/** The parts that can be closed, by their artifact and how many of that name came before. */
function folded(): Map<string, HTMLDetailsElement> {
  const found = new Map<string, HTMLDetailsElement>();
  for (const element of main.querySelectorAll('details')) {
    const name = element.dataset.key ?? '';
    for (let number = 0; ; number += 1) {
      const key = `${String(number)} ${name}`;
      if (!found.has(key)) {
        found.set(key, element);
        break;
      }
    }
  }
  return found;
}

function closed(): string[] {
  return [...folded()].filter(([, element]) => !element.open).map(([key]) => key);
}

function close(keys: readonly string[]): void {
  for (const [key, element] of folded()) {
    element.open = !keys.includes(key);
  }
}

/** Where an element is: the part that it is in, and which one of those that can have the focus there. */
function placeOf(element: Element | null): [string, number] | undefined {
  if (element === null || !main.contains(element)) {
    return undefined;
  }
  const part = [...folded()].find(([, one]) => one.contains(element));
  const within = part?.[1] ?? main;
  return [part?.[0] ?? '', [...within.querySelectorAll(FOCUSABLE)].indexOf(element)];
}

function at([key, index]: [string, number]): HTMLElement | undefined {
  const within = key === '' ? main : folded().get(key);
  return within?.querySelectorAll<HTMLElement>(FOCUSABLE)[index];
}

/** The first part that is on the screen, and how far it is from the top. */
function anchor(): [string, number] | undefined {
  for (const [key, element] of folded()) {
    const box = element.getBoundingClientRect();
    if (box.bottom > 0) {
      return [key, box.top];
    }
  }
  return undefined;
}

/** Exchanges the content. Where the file cannot be read for now, its tree stays, as it was. */
function exchange(html: string): void {
  // the focus is given back to the page only where it has it: else it would be taken from the file that is typed in
  const focused = document.hasFocus() ? placeOf(document.activeElement) : undefined;
  const before = { closed: closed(), top: scrollY, anchor: anchor() };
  const sideways = main.querySelector('.wide')?.scrollLeft ?? 0;
  const told = main.querySelector('#summary')?.textContent;
  const kept = [...main.querySelectorAll('#tree, #scenarios')];
  main.innerHTML = html;
  if (main.querySelector('#tree') === null && main.querySelector('#problems') !== null) {
    for (const element of kept) {
      element.classList.add('stale');
      main.insertBefore(element, main.querySelector('footer'));
    }
  }
  equip();
  close(before.closed);
  const wide = main.querySelector('.wide');
  if (wide !== null) {
    wide.scrollLeft = sideways;
  }
  const moved = before.anchor === undefined ? undefined : folded().get(before.anchor[0])?.getBoundingClientRect().top;
  const shift = moved === undefined || before.top === 0 ? 0 : moved - (before.anchor?.[1] ?? 0);
  scrollTo({ top: moved === undefined ? before.top : scrollY + shift, behavior: 'instant' });
  if (focused !== undefined) {
    at(focused)?.focus({ preventScroll: true });
  }
  const tells = main.querySelector('#summary')?.textContent;
  if (news !== null && tells !== told) {
    news.textContent = tells ?? '';
  }
  keep();
}

/** Has the lines of problems lead to the file; only a number leaves the page. */
function equip(): void {
  for (const element of main.querySelectorAll<HTMLElement>('.line[data-line]')) {
    const line = Number(element.dataset.line);
    const button = document.createElement('button');
    button.className = 'line';
    button.textContent = element.textContent;
    button.title = 'Show it in the file';
    button.addEventListener('click', () => {
      host.postMessage({ line });
    });
    element.replaceWith(button);
  }
}

function keep(): void {
  host.setState({ uri: document.body.dataset.uri ?? '', closed: closed(), top: scrollY } satisfies Kept);
}

addEventListener('message', (event: MessageEvent<unknown>) => {
  const html = (event.data as { main?: unknown } | null)?.main;
  if (typeof html === 'string') {
    exchange(html);
  }
});
main.addEventListener('toggle', keep, true);
addEventListener('scrollend', keep);

equip();
const state = host.getState() as Partial<Kept> | null | undefined;
if (state?.uri === document.body.dataset.uri && state?.closed !== undefined) {
  close(state.closed);
  scrollTo({ top: state.top ?? 0, behavior: 'instant' });
}
keep();
