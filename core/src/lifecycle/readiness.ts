import { allOf, code, counted, grouped, someOf } from '../change/words.ts';
import type { Evidence, ServedEnvironment } from './evidence.ts';
import type { LifecycleStage, Readiness, ReadinessCheck, StaleReason } from './lifecycle.ts';
import { DAY_MS, daysBetween, daysUntil, inDays, lasting, places } from './words.ts';

/** What a scan of the code said is believed for so many days. */
const SCAN_DAYS = 30;
/** Days that evaluations are counted for, and the one that has begun. */
const COUNTED_DAYS = 8;
const NAMED = 5;

type Found = Omit<ReadinessCheck, 'code'>;

/**
 * Whether a flag may go, and what was looked at. It may not while a check blocks: each of them holds whatever made the
 * flag stale, and a flag that only its age makes stale is kept by what it serves.
 */
export function readinessOf(evidence: Evidence, stage: LifecycleStage, stale: readonly StaleReason[]): Readiness {
  const isCandidate = stage === 'archived' || stale.some((reason) => reason.code !== 'over-age');
  const checks: readonly ReadinessCheck[] = [
    { code: 'one-variation', ...oneVariation(evidence, isCandidate) },
    { code: 'same-everywhere', ...sameEverywhere(evidence) },
    { code: 'no-dependents', ...noDependents(evidence) },
    { code: 'no-rollout', ...noRollout(evidence) },
    { code: 'code-references', ...codeReferences(evidence) },
    { code: 'evaluations', ...evaluations(evidence) },
  ];
  const has = (outcome: ReadinessCheck['outcome']) => checks.some((check) => check.outcome === outcome);
  return { kind: has('block') ? 'blocked' : has('caution') ? 'caution' : 'safe', checks };
}

function oneVariation(evidence: Evidence, isCandidate: boolean): Found {
  const { critical, servesSince, now } = evidence;
  if (critical.length === 0) return block('No environment serves it.');
  const unsettled = critical.find(({ served }) => served.kind !== 'one');
  if (unsettled !== undefined) return block(whySeveral(unsettled), unsettled.facts.servesSince);
  if (!isCandidate) return block(whyNotYet(evidence), servesSince);
  const where = places(critical.map((one) => one.facts.key));
  const sentence = `Everyone in ${where} gets one variation, for ${lasting(servesSince, now)}${remainderIn(critical)}.`;
  return pass(sentence, servesSince);
}

/** Whether there are such contexts shows in what was given lately: see `evaluations`. */
function remainderIn(critical: readonly ServedEnvironment[]): string {
  const rest = critical.flatMap(({ served }) => (served.kind === 'one' ? (served.remainder ?? []) : []))[0];
  return rest === undefined ? '' : `; only contexts that no split can put into a bucket would get ${code(rest)}`;
}

function whySeveral({ facts, served }: ServedEnvironment): string {
  const where = code(facts.key);
  if (served.kind === 'several') return `${where} serves ${someOf(served.variations, NAMED)}.`;
  return `It is killed in ${where}: nobody has decided yet what it is to serve.`;
}

/** Why a flag that serves one variation is not to be removed all the same. */
function whyNotYet({ facts, settings, forward, servesSince, evaluatedAt, isUnreleased, now }: Evidence): string {
  if (facts.flag.lifetimeDays === null) return 'It is permanent, and in use.';
  if (isUnreleased) return 'It has served nothing but its off variation yet: its release is still to come.';
  if (evaluatedAt === null) return 'It was never evaluated, and no application is connected that could.';
  if (forward === null) return 'Environments serve different variations.';
  const settledAt = servesSince + settings.settledDays * DAY_MS;
  if (now >= settledAt) return 'A rollout may still change what it serves.';
  return `It has served ${code(forward.variation)} to everyone for ${lasting(servesSince, now)}: it counts as settled in ${daysUntil(settledAt, now)}.`;
}

function sameEverywhere({ critical, others, forward }: Evidence): Found {
  if (forward === null) {
    const isUndecided = critical.length === 0 || critical.some(({ served }) => served.kind !== 'one');
    if (isUndecided) return caution('There is nothing to compare with yet.');
    return block(`${allOf(critical.map((one) => one.facts.key))} serve different variations.`);
  }
  const other = others.filter(({ served }) => served.kind !== 'one' || served.variation !== forward.variation);
  if (other.length > 0) {
    const names = places(other.map((one) => one.facts.key));
    return caution(`Without the flag ${names} would get ${code(forward.variation)} too, and do not now.`);
  }
  const since = Math.max(...[...critical, ...others].map((one) => one.facts.servesSince));
  return pass('All environments serve the same variation.', since);
}

function noDependents({ facts: { dependents } }: Evidence): Found {
  if (dependents.length === 0) return pass('No other flag needs it.');
  return block(`${someOf(dependents, NAMED)} ${dependents.length === 1 ? 'needs' : 'need'} it as a prerequisite.`);
}

function noRollout({ facts: { environments } }: Evidence): Found {
  const driven = environments.filter(({ hasRollout }) => hasRollout).map(({ key }) => key);
  if (driven.length === 0) return pass('No rollout drives it.');
  return block(`A rollout drives it in ${places(driven)}.`);
}

function codeReferences({ facts: { references }, now }: Evidence): Found {
  if (references === null) return caution('None of the code was ever scanned: run `glidepath scan`.');
  const { count, byHand, scannedAt, goneSince } = references;
  const scanAge = daysBetween(scannedAt, now);
  if (scanAge > SCAN_DAYS) return caution(`The last scan of the code is ${inDays(scanAge)} old.`, scannedAt);
  if (count === 0) return pass('No scanned code names it.', goneSince);
  const places = counted(count, 'code reference');
  if (byHand > 0) return caution(`${places}, ${grouped(byHand)} of them for people to remove.`);
  return pass(`${places}, which \`glidepath prune\` can remove.`);
}

function evaluations(evidence: Evidence): Found {
  const { facts, evaluatedAt, settings, now } = evidence;
  if (evaluatedAt === null || now - evaluatedAt >= settings.idleDays * DAY_MS) return silence(evidence);
  const { references } = facts;
  const total = facts.environments.reduce((sum, one) => sum + countOf(one.evaluations), 0);
  const often = total === 0 ? 'It was evaluated lately' : `${grouped(total)} evaluations in seven days`;
  if (references === null) return caution(`${often}, and nobody knows by which code.`, evaluatedAt);
  if (references.count === 0) return caution(`${often}, though no scanned code names it.`, evaluatedAt);
  const strays = straysIn(evidence);
  if (strays.length > 0) return caution(`In the last seven days ${allOf(strays)} was given as well.`, evaluatedAt);
  return pass(`${often}: expected until its code is gone.`, evaluatedAt);
}

function silence({ facts, evaluatedAt, now }: Evidence): Found {
  if (!facts.environments.some(({ isConnected }) => isConnected))
    return caution('No application is connected that would tell of evaluations.', evaluatedAt);
  if (evaluatedAt === null) return pass('It was never evaluated.');
  return pass(`It was not evaluated for ${lasting(evaluatedAt, now)}.`, evaluatedAt);
}

/** Other variations that were given where everybody has long been getting one: somebody has other rules than these. */
function straysIn({ critical, forward, now }: Evidence): readonly string[] {
  if (forward === null) return [];
  const given = critical
    .filter((one) => now - one.facts.servesSince >= COUNTED_DAYS * DAY_MS)
    .flatMap((one) => Object.entries(one.facts.evaluations))
    .flatMap(([variation, n]) => (n > 0 && variation !== '' && variation !== forward.variation ? [variation] : []));
  return [...new Set(given)].sort();
}

function countOf(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((sum, n) => sum + n, 0);
}

function pass(sentence: string, since: number | null = null): Found {
  return { outcome: 'pass', sentence, since };
}

function caution(sentence: string, since: number | null = null): Found {
  return { outcome: 'caution', sentence, since };
}

function block(sentence: string, since: number | null = null): Found {
  return { outcome: 'block', sentence, since };
}
