import type { Problem } from '../errors.ts';
import type { ReleasePlan } from '../rollouts/plan.ts';
import type { HealthReads } from '../store/health.ts';
import type { Gate } from './gate.ts';
import type { Released, Sources } from './gate-world.ts';
import { judgePrometheus } from './kinds/prometheus.ts';
import { fillQuery } from './query.ts';

/** What is found by asking the gates of a plan once, before it starts. */
export interface Trial {
  /** Why a gate can never say anything. */
  readonly problems: readonly Problem[];
  /** What says nothing now. */
  readonly warnings: readonly string[];
}

export interface TrialDeps {
  readonly reads: Pick<HealthReads, 'healthRates'>;
  readonly sources: Sources;
}

export type TrialAsked = Pick<Released, 'project' | 'environment' | 'flag'> & {
  readonly environmentId: string;
  readonly plan: ReleasePlan;
};

const NOTHING: Trial = { problems: [], warnings: [] };
const MONTH_MS = 30 * 86_400_000;

/** Asks what is outside once, and says what the application has never reported. Never inside a transaction. */
export async function trialOf(deps: TrialDeps, asked: TrialAsked, now: number): Promise<Trial> {
  const trials = await Promise.all(
    asked.plan.gates.map((gate, i) => tried(deps, asked, { gate, at: `/gates/${i}`, now })),
  );
  return { problems: trials.flatMap(({ problems }) => problems), warnings: trials.flatMap(({ warnings }) => warnings) };
}

interface One {
  readonly gate: Gate;
  readonly at: string;
  readonly now: number;
}

async function tried(deps: TrialDeps, asked: TrialAsked, { gate, at, now }: One): Promise<Trial> {
  switch (gate.kind) {
    case 'prometheus':
      return triedPrometheus(deps.sources, gate, releasedOf(asked), at);
    case 'webhook':
      return triedWebhook(deps.sources, gate, at);
    case 'metric':
      return triedMetric(deps.reads, gate, asked, now);
    case 'error-rate':
    case 'latency':
    case 'fleet':
    case 'incident':
      return NOTHING;
  }
}

async function triedPrometheus(
  sources: Sources,
  gate: Extract<Gate, { kind: 'prometheus' }>,
  released: Released,
  at: string,
): Promise<Trial> {
  if (sources.prometheus === null)
    return problem(`${at}/kind`, 'No Prometheus is set here: whoever runs the service sets GLIDEPATH_PROMETHEUS_URL.');
  const filled = fillQuery(gate.query, released);
  if (!filled.ok) return problem(`${at}/query`, filled.problem);
  const finding = await judgePrometheus(gate, sources, { released, before: null });
  if (finding.kind !== 'no-data' && finding.kind !== 'provider-error') return NOTHING;
  return warning(`${gate.id}: ${finding.reason}. The rollout will not go on until its query gives data.`);
}

async function triedWebhook(sources: Sources, gate: Extract<Gate, { kind: 'webhook' }>, at: string): Promise<Trial> {
  if (sources.sign === null)
    return problem(
      `${at}/kind`,
      'Webhooks cannot be signed here: whoever runs the service sets GLIDEPATH_GATE_WEBHOOK_SECRET.',
    );
  const reason = await sources.outbound.problemOf(gate.url);
  return reason === null ? NOTHING : problem(`${at}/url`, `It may not be asked: ${reason}.`);
}

async function triedMetric(
  reads: TrialDeps['reads'],
  gate: Extract<Gate, { kind: 'metric' }>,
  { environmentId, flag }: TrialAsked,
  now: number,
): Promise<Trial> {
  const rates = await reads.healthRates({ environment: environmentId, flag, from: now - MONTH_MS, to: now });
  const isKnown = rates.some(({ kind, name }) => kind !== 'guard' && name === gate.metric);
  return isKnown ? NOTHING : warning(`${gate.id}: no application has reported \`${gate.metric}\` for this flag yet.`);
}

function releasedOf({ project, environment, flag, plan }: TrialAsked): Released {
  const { variation, control, start } = plan;
  const deploy =
    start.kind === 'deploy' ? { service: start.service, version: start.minVersion } : { service: null, version: null };
  return { rollout: '', project, environment, flag, variation, control, stage: null, percent: 0, ...deploy };
}

function problem(pointer: string, detail: string): Trial {
  return { problems: [{ pointer, detail }], warnings: [] };
}

function warning(words: string): Trial {
  return { problems: [], warnings: [words] };
}
