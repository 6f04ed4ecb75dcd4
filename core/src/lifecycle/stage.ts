import type { Evidence } from './evidence.ts';
import type { LifecycleStage } from './lifecycle.ts';
import { DAY_MS } from './words.ts';

export interface StageSince {
  readonly stage: LifecycleStage;
  readonly since: number;
}

/** Where a flag is in its life, and since when. What comes first wins: nobody asks for an archived flag either. */
export function stageOf(evidence: Evidence): StageSince {
  const { facts, settings, now, forward, evaluatedAt, idleSince, isUnreleased, servesSince } = evidence;
  const { archivedAt, createdAt } = facts.flag;
  if (archivedAt !== null) return { stage: 'archived', since: archivedAt };
  if (idleSince !== null) return { stage: 'abandoned', since: idleSince + settings.idleDays * DAY_MS };
  if (evaluatedAt === null || isUnreleased) return { stage: 'new', since: createdAt };
  const settledAt = servesSince + settings.settledDays * DAY_MS;
  if (forward !== null && !isDriven(evidence) && now >= settledAt) return { stage: 'settled', since: settledAt };
  return { stage: 'rolling-out', since: rollingSince(evidence) };
}

/** Whether a rollout may still change what the environments serve that decide. */
function isDriven({ critical }: Evidence): boolean {
  return critical.some((one) => one.facts.hasRollout);
}

/** What was served before is not known here: the first of what is served now that is not one variation for good. */
function rollingSince({ critical, servesSince }: Evidence): number {
  const rolling = critical.filter(({ facts, served }) => facts.hasRollout || served.kind !== 'one');
  return rolling.length === 0 ? servesSince : Math.min(...rolling.map((one) => one.facts.servesSince));
}
