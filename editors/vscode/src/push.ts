// The question before a push: what would be pushed, and two answers, of which the harmless one comes first.
export const YES = 'Build and push';
const NO = 'Cancel';

/** What the server says of a push. */
export interface Pushes {
  readonly ok: boolean;
  readonly text: string;
  readonly artifacts: readonly { readonly name: string; readonly type: string; readonly references: readonly string[] }[];
}

export interface Choice {
  readonly label: string;
  readonly description?: string;
  /** A title above the choices that follow, which cannot be chosen itself. */
  readonly separator?: boolean;
}

/** The answer of `lazyoci.pushes`; what is no such answer allows no push. */
export function read(answer: unknown): Pushes {
  const { ok, text, artifacts } = (answer ?? {}) as Partial<Pushes>;
  const listed = Array.isArray(artifacts) ? (artifacts as Pushes['artifacts']) : [];
  return { ok: ok === true && listed.length > 0, text: typeof text === 'string' ? text : '', artifacts: listed };
}

/** What to choose from: to cancel, which is selected, to push, and below them every artifact with its references. */
export function question({ artifacts }: Pushes): Choice[] {
  const references = artifacts.flatMap((one) => one.references);
  const counted = `${count(artifacts.length, 'artifact')}, ${count(new Set(references).size, 'reference')}`;
  const listed = artifacts.flatMap((one) => [
    { label: `${one.name} (${one.type})`, separator: true },
    ...one.references.map((reference) => ({ label: reference })),
  ]);
  return [{ label: NO, description: 'nothing is built or pushed' }, { label: YES, description: counted }, ...listed];
}

function count(number: number, noun: string): string {
  return `${String(number)} ${noun}${number === 1 ? '' : 's'}`;
}
