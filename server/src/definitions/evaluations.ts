import { evaluationsMoved } from '@glidepath/core/effect';
import type { DefinitionChange } from '../http/definition-types.ts';
import type { UsageStore } from '../store/usage.ts';
import type { Part } from './comparison.ts';
import type { Present } from './present.ts';

const DAY_MS = 86_400_000;
/** More are not counted: it takes a reading for each. */
const MOST_COUNTED = 200;

type Evaluations = DefinitionChange['evaluations'];

/** Of each altered configuration, how many evaluations of the last day would have given something else. */
export async function evaluationsOf(
  reads: Pick<UsageStore, 'usage'>,
  parts: readonly Part[],
  { environments }: Present,
  now: number,
): Promise<ReadonlyMap<Part, Evaluations>> {
  const altered = parts.flatMap((part) => (part.altered === null ? [] : [{ part, ...part.altered }]));
  const found = new Map<Part, Evaluations>();
  if (altered.length > MOST_COUNTED) return found;
  for (const { part, before, after } of altered) {
    const environment = environments.find(({ key }) => key === part.environment)?.id;
    if (environment === undefined) continue;
    const rows = await reads.usage({ environment, flag: part.key, span: 'minute', from: now - DAY_MS, to: now + 1 });
    const moved = evaluationsMoved(before, after, rows);
    if (moved !== null) found.set(part, { moved, of: rows.reduce((sum, { n }) => sum + n, 0) });
  }
  return found;
}
