import { merged, quantileOf } from '@glidepath/core/sdk';
import type { RolloutForecastView } from '../http/release-types.ts';
import type { ReleasePlan, Stage } from '../rollouts/plan.ts';
import type { HealthReads } from '../store/health.ts';
import type { RolloutReads } from '../store/rollouts.ts';
import { executionsForErrors, executionsForLatency } from './detection.ts';
import type { Gate } from './gate.ts';
import { precisionOf } from './harm.ts';
import { isCompared } from './judge-world.ts';
import type { Precision } from './statistics.ts';
import { countOf, short } from './words.ts';

/** How far back what was measured tells what is to come. */
const WEEK_MS = 7 * 86_400_000;
const HOUR_MS = 3_600_000;
/** Half a percentage point of errors: what a release is watched for. */
const MORE_ERRORS = 0.005;
const MOST_NEIGHBOURS = 50;

/** Of the flag, in the last days. */
export interface Traffic {
  /** From the first to the last thing measured. */
  readonly executionsPerHour: number;
  readonly errorRate: number;
  /** Milliseconds; null where no durations were measured. */
  readonly durations: { readonly p50: number; readonly p95: number } | null;
}

type StageForecast = RolloutForecastView['stages'][number];

interface Asked {
  /** Id of the environment document. */
  readonly environment: string;
  readonly flag: string;
  readonly plan: ReleasePlan;
}

/** How long each stage takes to show harm, by what was measured in the last week; and who measures the same thing. */
export async function forecastOf(
  reads: Pick<HealthReads, 'healthRates' | 'healthSums'> & Pick<RolloutReads, 'rollouts'>,
  { environment, flag, plan }: Asked,
  now: number,
): Promise<RolloutForecastView> {
  const traffic = await trafficOf(reads, { environment, flag }, now);
  const stages = stagesOf(plan, traffic);
  const warnings = await neighboursOf(reads, { environment, flag }, now);
  return { warnings, stages, sentence: sentenceOf(plan, stages, traffic) };
}

async function trafficOf(
  reads: Pick<HealthReads, 'healthRates' | 'healthSums'>,
  of: Pick<Asked, 'environment' | 'flag'>,
  now: number,
): Promise<Traffic | null> {
  const rates = await reads.healthRates({ ...of, from: now - WEEK_MS, to: now });
  const guard = rates.filter(({ kind }) => kind === 'guard');
  const n = guard.reduce((sum, rate) => sum + rate.n, 0);
  if (n === 0) return null;
  const errors = guard.reduce((sum, rate) => sum + rate.sum, 0);
  const first = Math.min(...guard.map(({ firstAt }) => firstAt));
  const hours = Math.max(HOUR_MS, now - first) / HOUR_MS;
  const sums = await reads.healthSums({ ...of, kind: 'guard' });
  const sketches = sums.filter(({ heardAt }) => heardAt > now - WEEK_MS).flatMap(({ sums: { latency } }) => latency);
  const whole = sketches.length > 0 ? sketches.reduce(merged) : null;
  const [p50, p95] = [whole && quantileOf(whole, 0.5), whole && quantileOf(whole, 0.95)];
  return {
    executionsPerHour: n / hours,
    errorRate: errors / n,
    durations: p50 === null || p95 === null || p95 <= p50 ? null : { p50, p95 },
  };
}

/** For each stage with arms, and each gate that compares them. */
export function stagesOf(plan: ReleasePlan, traffic: Traffic | null): readonly StageForecast[] {
  const compared = plan.stages.filter(isCompared);
  const precision = precisionOf(plan.gates, Math.max(1, compared.length));
  return plan.stages.flatMap((stage, index) =>
    plan.gates.flatMap((gate) => {
      const detects = detectedBy(gate);
      if (detects === null || gate.role === 'dry-run' || !isCompared(stage)) return [];
      const executions = traffic && executionsOf(gate, traffic, precision);
      const perHour = (traffic?.executionsPerHour ?? 0) * armOf(stage);
      return [{ stage: index, gate: gate.id, detects, hours: executions === null ? null : executions / perHour }];
    }),
  );
}

/** What a comparison is asked to find; null where a gate makes none. */
function detectedBy(gate: Gate): number | null {
  if (gate.kind === 'error-rate') return gate.isCompared ? MORE_ERRORS : null;
  return gate.kind === 'latency' ? gate.timesControl : null;
}

function executionsOf(gate: Gate, { errorRate, durations }: Traffic, precision: Precision): number | null {
  const needed = (found: number | null): number | null => found && Math.max(found, gate.minSamples);
  if (gate.kind === 'error-rate') return needed(executionsForErrors(errorRate, MORE_ERRORS, precision));
  if (gate.kind !== 'latency' || gate.timesControl === null || gate.timesControl <= 1 || durations === null)
    return null;
  const sought = { quantile: gate.quantile, times: gate.timesControl };
  return needed(executionsForLatency(durations, sought, precision));
}

/** The share of all people that is in each arm. */
function armOf(stage: Stage): number {
  return stage.kind === 'percent' ? Math.min(stage.percent, 100 - stage.percent) / 100 : 0;
}

function sentenceOf(plan: ReleasePlan, stages: readonly StageForecast[], traffic: Traffic | null): string {
  if (traffic === null)
    return 'Nothing was measured of this flag in the last week: how long a stage takes to show harm is not known.';
  const rated = plan.gates.filter(({ kind }) => kind === 'error-rate').map(({ id }) => id);
  const first = stages.find(({ gate }) => rated.includes(gate));
  const stage = first && plan.stages[first.stage];
  if (first === undefined || first.hours === null || stage?.kind !== 'percent')
    return `${short(traffic.executionsPerHour)} executions an hour were measured in the last week; no gate compares errors.`;
  return `With your traffic, ${stage.percent} % needs about ${durationOf(first.hours)} to detect +${first.detects * 100} percentage points of errors.`;
}

function durationOf(hours: number): string {
  if (hours < 1) return countOf(Math.max(1, Math.ceil(hours * 60)), 'minute');
  return hours < 48 ? countOf(Math.round(hours), 'hour') : countOf(Math.round(hours / 24), 'day');
}

/** Live rollouts that measure the same operations: harm of one looks like harm of the other. */
async function neighboursOf(
  reads: Pick<HealthReads, 'healthRates'> & Pick<RolloutReads, 'rollouts'>,
  { environment, flag }: Pick<Asked, 'environment' | 'flag'>,
  now: number,
): Promise<readonly string[]> {
  const operationsOf = async (of: string): Promise<ReadonlySet<string>> => {
    const rates = await reads.healthRates({ environment, flag: of, from: now - WEEK_MS, to: now });
    return new Set(rates.filter(({ kind }) => kind === 'guard').map(({ name }) => name));
  };
  const own = await operationsOf(flag);
  if (own.size === 0) return [];
  const live = await reads.rollouts({ environment, isLive: true, limit: MOST_NEIGHBOURS });
  const warnings = live
    .filter((row) => row.flag !== flag)
    .map(async (row) => {
      const shared = [...(await operationsOf(row.flag))].find((name) => own.has(name));
      return shared === undefined
        ? []
        : [
            `\`${shared}\` is measured for \`${row.flag}\` too, whose rollout is live: harm of one may look like harm of both.`,
          ];
    });
  return (await Promise.all(warnings)).flat();
}
