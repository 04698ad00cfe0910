// Which Markdown of the server may run commands: the line of links that the server itself wrote, and nothing beside it.
// What else a hover or a tooltip says holds words of files and registries. Nothing here knows of VS Code.

/** The commands that a hover's links may run: those that change nothing by themselves. */
export const LINKED = ['lazyoci.preview', 'lazyoci.dryRun', 'lazyoci.checkAgain'];

const LINK = String.raw`\[[A-Z][a-z ]{1,20}\]\(command:(?:${LINKED.join('|').replaceAll('.', String.raw`\.`)})\?[A-Za-z0-9%._~-]*\)`;
const LINE = new RegExp(`^${LINK}(?: · ${LINK})*$`);

/** A hover's text in two: what is only shown, and the last line, if that is nothing but links to commands. */
export function split(value: string): { readonly shown: string; readonly links: string } {
  const whole = value.trimEnd();
  const start = whole.lastIndexOf('\n') + 1;
  const links = whole.slice(start);
  return LINE.test(links) ? { shown: whole.slice(0, start).trimEnd(), links } : { shown: value, links: '' };
}
