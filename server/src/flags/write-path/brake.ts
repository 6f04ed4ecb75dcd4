import type { Clause, Context, Engines, Environment, FlagBody, Item, SegmentBody } from '@glidepath/core';
import { openEnvironment } from '@glidepath/core';
import type { ChangeProblem, EnvironmentView, Touched } from '@glidepath/core/change';
import type { Clock } from '../../clock.ts';
import { itemsOf } from './environment-view.ts';

/** How long evaluating everything that a change touched may take. */
const BUDGET_MS = 200;
/** What the keys of segments may add to it: they are put into sets once, which takes as long as there are keys. */
const BUDGET_MS_PER_KEY = 0.005;
/** Or many flags: each of them takes its time, which is far less than this. */
const BUDGET_MS_PER_FLAG = 1;
/** What takes this long is not tried again. */
const HOPELESS_MS = 1_000;

/** Stands in for a flag where only a segment changed. */
const PROBE = '(segment probe)';

/**
 * Evaluates what the change would send with the evaluator that SDKs run, for nobody and for somebody whom the first
 * rule means, and killed. What it cannot evaluate, or not in time, must not be saved.
 */
export function brake(
  view: EnvironmentView,
  touched: Touched,
  { engines, clock }: { readonly engines: Engines; readonly clock: Clock },
): readonly ChangeProblem[] {
  const probes = touched.segments.filter((key) => view.segments.has(key)).map(probeOf);
  const items = [...itemsOf(view), ...probes];
  const flags = new Set(touched.flags);
  const meant = items.filter(({ kind, key }) => kind === 'flag' && (key.startsWith(PROBE) || flags.has(key)));
  const trials = [
    { some: items, contexts: new Map(meant.map((item) => [item, [null, sampleOf(item.body)]])) },
    // Nobody is asked about where a flag is killed.
    { some: meant.map(killed), contexts: new Map(meant.map((item) => [item, [null]])) },
  ];

  function attempt(): Attempt {
    const start = clock.monotonic();
    const faults = trials.flatMap(({ some, contexts }) => {
      const environment = openEnvironment(some, engines);
      return meant.flatMap((item) => faultOf(environment, item, contexts.get(item) ?? []));
    });
    return { faults, ms: Math.round(clock.monotonic() - start) };
  }

  const budgetMs =
    Math.max(BUDGET_MS, touched.flags.length * BUDGET_MS_PER_FLAG) + Math.round(keysIn(view) * BUDGET_MS_PER_KEY);
  const { faults, ms } = bestOf(attempt, budgetMs);
  const late = { key: meant[0]?.key ?? '', why: `takes ${ms} ms; at most ${budgetMs} are allowed` };
  const all = ms > budgetMs ? [...faults, late] : faults;
  return all.slice(0, 1).map(({ key, why }) => unfit(view, key, why));
}

interface Attempt {
  readonly faults: readonly Fault[];
  readonly ms: number;
}

/** Once more where it took too long, but not much: code that is cold or a machine that is busy is no fault of the flag. */
function bestOf(attempt: () => Attempt, budgetMs: number): Attempt {
  let best = attempt();
  for (let more = 2; more > 0 && best.ms > budgetMs && best.ms < HOPELESS_MS; more -= 1) {
    const next = attempt();
    if (next.ms < best.ms) best = next;
  }
  return best;
}

function keysIn({ segments }: EnvironmentView): number {
  let keys = 0;
  for (const { config } of segments.values())
    for (const list of [...config.included, ...config.excluded]) keys += list.keys.length;
  return keys;
}

interface Fault {
  readonly key: string;
  readonly why: string;
}

function faultOf(environment: Environment, { key }: Item, contexts: readonly (Context | null)[]): readonly Fault[] {
  for (const context of contexts) {
    const { reason } = environment.evaluate<unknown>(key, context, null);
    if (reason.kind === 'ERROR') return [{ key, why: `${reason.errorKind}: ${reason.message}` }];
  }
  return [];
}

function unfit(view: EnvironmentView, flag: string, why: string): ChangeProblem {
  return {
    code: 'invalid',
    pointer: `/flags/${flag}`,
    detail: `\`${flag}\` in \`${view.environment}\` could not be evaluated (${why}). Simplify its rules; nothing was saved.`,
  };
}

/** A flag that does nothing but ask whether somebody belongs to the segment. */
function probeOf(segment: string): Item {
  const body: FlagBody = {
    schema: 1,
    type: 'boolean',
    variations: [
      { key: 'in', value: true },
      { key: 'out', value: false },
    ],
    on: true,
    salt: segment,
    off: 1,
    prerequisites: [],
    targets: [],
    rules: [
      {
        id: 'probe',
        clauses: [{ attribute: '', operator: 'in-segment', values: [segment] }],
        serve: { variation: 0 },
      },
    ],
    fallthrough: { variation: 1 },
  };
  return { kind: 'flag', key: `${PROBE} ${segment}`, rev: 0, body };
}

function killed(item: Item): Item {
  return item.kind === 'flag' ? { ...item, body: { ...item.body, killed: true } } : item;
}

/** Somebody with an attribute for every clause, so that as many predicates as possible run. */
function sampleOf({ rules }: Pick<FlagBody | SegmentBody, 'rules'>): Context {
  const kinds = new Map<string, Map<string, unknown>>([['user', new Map()]]);
  for (const { kind = 'user', attribute, values } of rules.flatMap((rule): readonly Clause[] => rule.clauses)) {
    const attributes = kinds.get(kind) ?? new Map<string, unknown>();
    kinds.set(kind, attributes);
    if (attribute !== '' && !attribute.startsWith('/')) attributes.set(attribute, values[0] ?? 'sample');
  }
  // fromEntries defines own properties, so that a kind or attribute `__proto__` stays a name.
  return Object.fromEntries(
    [...kinds].map(([kind, attributes]) => [kind, Object.fromEntries(attributes.set('key', 'sample'))]),
  );
}
