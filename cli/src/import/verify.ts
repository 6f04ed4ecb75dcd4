import type { Json } from '@glidepath/core';
import { isSame } from '@glidepath/core/change';
import { evaluatorOf, viewOf } from './documents.ts';
import type { Deal, EnvironmentNames, Evaluator, Export, Imported } from './imported.ts';
import type { Fields } from './reading.ts';

/** Every flag in every environment for every context, on both sides. */
export interface Verified {
  readonly contexts: number;
  readonly evaluations: number;
  readonly same: number;
  /** A percentage decides, and this is one of the values that it deals. */
  readonly dealtAnew: number;
  /** The report says that it was left out, turned off, or changed. */
  readonly told: number;
  /** There, the application's own fallback is used. */
  readonly fallback: number;
  readonly unexplained: number;
  /** The first of them. */
  readonly differences: readonly Difference[];
}

export interface Difference {
  readonly flag: string;
  readonly environment: string;
  readonly context: Fields;
  readonly theirs: Json;
  readonly ours: Json | null;
}

type Outcome = 'same' | 'dealtAnew' | 'told' | 'fallback' | 'unexplained';

const MOST_DIFFERENCES = 20;
/** Ways that percentages may fall out for one context; more are not looked at. */
const MOST_WAYS = 500;

export function verify(
  given: Export,
  imported: Imported,
  names: EnvironmentNames,
  contexts: readonly Fields[],
): Verified {
  const counts: Record<Outcome, number> = { same: 0, dealtAnew: 0, told: 0, fallback: 0, unexplained: 0 };
  const differences: Difference[] = [];
  for (const [environment, named] of names) {
    const theirs = given.evaluatorOf(environment);
    const ours = evaluatorOf(viewOf(imported, named));
    const told = toldIn(imported, named);
    const count = (flag: string, context: Fields, mine: Fields) => {
      const key = given.keyOf(flag);
      const answer = ours(key, mine);
      const compared = compare(theirs, flag, context, answer);
      const outcome = compared.outcome === 'unexplained' && told.has(key) ? 'told' : compared.outcome;
      counts[outcome] += 1;
      if (outcome === 'unexplained' && differences.length < MOST_DIFFERENCES)
        differences.push({ flag, environment, context, theirs: compared.theirs ?? null, ours: answer ?? null });
    };
    for (const context of contexts) {
      const mine = given.contextOf(context);
      for (const flag of theirs.flags) count(flag, context, mine);
    }
  }
  const evaluations = Object.values(counts).reduce((sum, one) => sum + one, 0);
  return { contexts: contexts.length, evaluations, ...counts, differences };
}

/** Flags of which the report says that they answer something else there. */
function toldIn({ notes }: Imported, environment: string): ReadonlySet<string> {
  return new Set(
    notes
      .filter((note) => note.kind === 'flag' && note.severity !== 'told')
      .filter((note) => note.environment === null || note.environment === environment)
      .map(({ key }) => key),
  );
}

interface Compared {
  readonly outcome: Outcome;
  readonly theirs: Json | undefined;
}

function compare(theirs: Evaluator, flag: string, context: Fields, ours: Json | undefined): Compared {
  let isDealt = false;
  const answer = theirs.evaluate(flag, context, (_count, chosen) => {
    isDealt = true;
    return chosen();
  });
  if (isEqual(answer, ours)) return { outcome: 'same', theirs: answer };
  if (isDealt && isPossible((deal) => theirs.evaluate(flag, context, deal), ours))
    return { outcome: 'dealtAnew', theirs: answer };
  return { outcome: answer === undefined ? 'fallback' : 'unexplained', theirs: answer };
}

const isEqual = (one: Json | undefined, other: Json | undefined): boolean =>
  one === other || (one !== undefined && other !== undefined && isSame(one, other));

/** Whether the percentages could have fallen out so that this is answered. */
function isPossible(run: (deal: Deal) => Json | undefined, wanted: Json | undefined): boolean {
  const open: (readonly number[])[] = [[]];
  for (let ways = 0; ways < MOST_WAYS; ways += 1) {
    const way = open.pop();
    if (way === undefined) return false;
    const taken: number[] = [];
    const deal: Deal = (count) => {
      const forced = way[taken.length];
      if (forced === undefined) for (let other = 1; other < count; other += 1) open.push([...taken, other]);
      taken.push(forced ?? 0);
      return forced ?? 0;
    };
    if (isEqual(run(deal), wanted)) return true;
  }
  return false;
}
