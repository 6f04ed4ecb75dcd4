import { code } from '../change/words.ts';
import type { Evidence } from './evidence.ts';
import type { CheckCode, LifecycleStage, NextStep, Readiness, StaleReason } from './lifecycle.ts';
import { DAY_MS, daysUntil, places } from './words.ts';

interface Said {
  readonly stage: LifecycleStage;
  readonly stale: readonly StaleReason[];
  readonly readiness: Readiness;
}

/** What brings the flag on, for whoever has a minute for it. */
export function nextStepOf(evidence: Evidence, said: Said): NextStep {
  const { facts, now } = evidence;
  if (said.stage === 'archived') return afterArchiving(evidence);
  const isStale = said.stale.length > 0;
  if (facts.flag.lifetimeDays === null && !isStale) return none('It is permanent: there is nothing to do.');
  const { keepUntil } = facts;
  if (isStale && keepUntil !== null && keepUntil > now)
    return wait(`Somebody asked to keep it for ${daysUntil(keepUntil, now)}.`);
  return said.readiness.kind === 'blocked' ? unblock(evidence, said) : removal(evidence);
}

function afterArchiving({ facts: { flag, references, environments } }: Evidence): NextStep {
  const { archivedAt } = flag;
  const isAsked = environments.some(({ evaluatedAt }) => (evaluatedAt ?? 0) > (archivedAt ?? 0));
  if (isAsked) return removeCode('Code still asks for it since it was archived: remove that code.');
  if ((references?.count ?? 0) > 0) return removeCode('Code still names it: remove that code.');
  return none('Nothing has asked for it since it was archived.');
}

/** What stands in the way, in the order in which it can be cleared. */
function unblock(evidence: Evidence, { stage, readiness }: Said): NextStep {
  const { critical, facts, forward, servesSince, settings, isUnreleased, now } = evidence;
  const blocks = (check: CheckCode) =>
    readiness.checks.find(({ code, outcome }) => code === check && outcome === 'block');
  const rollout = blocks('no-rollout');
  if (rollout !== undefined) return wait(rollout.sentence);
  if (isUnreleased && stage === 'new') return wait('Its release is still to come.');
  if (forward === null) {
    const where = critical.length === 0 ? 'an environment' : places(critical.map((one) => one.facts.key));
    return { action: 'settle', sentence: `Serve one variation to everyone in ${where}.` };
  }
  const dependents = blocks('no-dependents');
  if (dependents !== undefined) return wait(`${dependents.sentence} Take it out there first.`);
  const settledAt = servesSince + settings.settledDays * DAY_MS;
  if (stage === 'rolling-out' && now < settledAt)
    return wait(`It serves ${code(forward.variation)} to everyone: settled in ${daysUntil(settledAt, now)}.`);
  return facts.flag.lifetimeDays === null
    ? none('It is permanent: there is nothing to do.')
    : wait('Nobody has asked for it yet.');
}

function removal({ facts: { references }, forward, evaluatedAt, settings, now }: Evidence): NextStep {
  const isAsked = evaluatedAt !== null && now - evaluatedAt < settings.idleDays * DAY_MS;
  const kept = forward === null ? '' : `, keeping ${code(forward.variation)}`;
  if (references !== null && references.count > 0) return removeCode(`Remove it from the code${kept}.`);
  if (!isAsked) return { action: 'archive', sentence: 'Archive it: nobody asks for it.' };
  if (references === null) return removeCode(`Remove it from the code${kept}, then archive it.`);
  return wait('Its code is gone, and what runs still asks for it: archive it once that has been deployed.');
}

function removeCode(sentence: string): NextStep {
  return { action: 'remove-code', sentence };
}

function wait(sentence: string): NextStep {
  return { action: 'wait', sentence };
}

function none(sentence: string): NextStep {
  return { action: 'none', sentence };
}
