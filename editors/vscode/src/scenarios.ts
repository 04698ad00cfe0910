// What "Preview as…" offers: the server's scenarios, and a tag of one's own.

/** One choice. `chosen` is what the server gets; undefined where the user is asked for a tag first. */
export interface Choice {
  readonly label: string;
  readonly description: string;
  readonly chosen: { readonly scenario: string } | undefined;
}

/** The choices, from what `lazyoci.scenarios` answers; `tag` is the one that is previewed with. */
export function choices(answer: unknown, tag: string | undefined): Choice[] {
  const known = Array.isArray(answer) ? answer.filter(isScenario) : [];
  const offered = known.map(({ name, chosen }) => ({
    label: name,
    description: chosen && tag === undefined ? 'now' : '',
    chosen: { scenario: name },
  }));
  return [...offered, { label: 'a tag …', description: tag === undefined ? '' : `now: ${tag}`, chosen: undefined }];
}

interface Scenario {
  readonly name: string;
  readonly chosen: boolean;
}

function isScenario(value: unknown): value is Scenario {
  const found = value as Partial<Scenario> | null | undefined;
  return typeof found?.name === 'string' && typeof found.chosen === 'boolean';
}
