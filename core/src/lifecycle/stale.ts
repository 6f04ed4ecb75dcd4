import { code } from '../change/words.ts';
import type { Evidence } from './evidence.ts';
import type { LifecycleStage, StaleReason } from './lifecycle.ts';
import { DAY_MS, daysBetween, inDays, lasting, places } from './words.ts';

/**
 * Why a flag is thought to be stale, each reason with when it began; an archived flag is past that.
 *
 * A permanent flag is never stale for what it serves nor for its age: a kill switch is meant to serve one variation for
 * years. It is stale only where nobody asks for it any more.
 */
export function staleReasonsOf(evidence: Evidence, stage: LifecycleStage): readonly StaleReason[] {
  if (stage === 'archived') return [];
  return [overAge(evidence), settled(evidence, stage), abandoned(evidence, stage), goneFromCode(evidence)].flatMap(
    (reason) => reason ?? [],
  );
}

function overAge({ facts: { flag }, now }: Evidence): StaleReason | null {
  if (flag.lifetimeDays === null) return null;
  const since = flag.createdAt + flag.lifetimeDays * DAY_MS;
  if (now <= since) return null;
  const age = inDays(daysBetween(flag.createdAt, now));
  return { code: 'over-age', since, sentence: `It is ${age} old and was meant for ${inDays(flag.lifetimeDays)}.` };
}

function settled(evidence: Evidence, stage: LifecycleStage): StaleReason | null {
  const { facts, settings, forward, servesSince, critical, now } = evidence;
  if (stage !== 'settled' || forward === null || facts.flag.lifetimeDays === null) return null;
  const where = places(critical.map((one) => one.facts.key));
  return {
    code: 'settled',
    since: servesSince + settings.settledDays * DAY_MS,
    sentence: `It has served ${code(forward.variation)} to everyone in ${where} for ${lasting(servesSince, now)}.`,
  };
}

function abandoned({ idleSince, evaluatedAt, settings, now }: Evidence, stage: LifecycleStage): StaleReason | null {
  if (stage !== 'abandoned' || idleSince === null) return null;
  return {
    code: 'abandoned',
    since: idleSince + settings.idleDays * DAY_MS,
    sentence:
      evaluatedAt === null
        ? 'It was never evaluated, though applications are connected.'
        : `It was not evaluated for ${lasting(idleSince, now)}, though applications are connected.`,
  };
}

function goneFromCode({ facts: { references }, now }: Evidence): StaleReason | null {
  if (references === null || references.goneSince === null || references.count > 0) return null;
  const { goneSince } = references;
  return {
    code: 'gone-from-code',
    since: goneSince,
    sentence: `No scanned code has named it for ${lasting(goneSince, now)}.`,
  };
}
