import type { BucketBy, FlagConfig } from '@glidepath/core';
import type { PlanView, ReleasePlanView } from '@glidepath/server/api-types';
import { type Field, gateFields, readField, readNumber, writtenField } from './gate-fields.ts';
import type { Gate } from './gate-words.ts';
import type { Stage } from './rollout-state.ts';

/** Stands where ids of plans stand: no id has a blank. */
export const OWN_PLAN = 'own plan';

/** A release plan while it is written: numbers stay the text that was typed. */
export interface StartDraft {
  /** Id of the plan that it came from, or `OWN_PLAN`. */
  readonly template: string;
  readonly variation: string;
  readonly control: string;
  readonly at: string;
  /** By what people are split, where a plan says so. */
  readonly by?: BucketBy;
  readonly stages: readonly StageDraft[];
  readonly gates: readonly GateDraft[];
  readonly onFailure: 'roll-back' | 'pause';
  readonly start: StartConditionDraft;
  readonly requires: readonly string[];
  readonly runbook: string;
}

export interface StageDraft {
  readonly kind: Stage['kind'];
  readonly percent: string;
  readonly segment: string;
  readonly bakeMinutes: string;
  readonly isApproved: boolean;
  readonly checklist: readonly string[];
}

export interface GateDraft {
  readonly id: string;
  readonly kind: Gate['kind'];
  readonly role: Gate['role'];
  readonly minSamples: string;
  readonly windowMinutes: string;
  readonly onNoData: Gate['onNoData'];
  /** By name of the field. */
  readonly values: Readonly<Record<string, string>>;
}

export interface StartConditionDraft {
  /** `now`: as soon as it is started. */
  readonly kind: 'now' | 'manual' | 'at' | 'deploy';
  /** `2026-05-04T12:30`, in UTC. */
  readonly at: string;
  readonly service: string;
  readonly minVersion: string;
  readonly coverage: string;
  readonly delayMinutes: string;
}

export const NEW_STAGE: StageDraft = {
  kind: 'percent',
  percent: '',
  segment: '',
  bakeMinutes: '30',
  isApproved: false,
  checklist: [],
};

const AT_ONCE: StartConditionDraft = {
  kind: 'now',
  at: '',
  service: '',
  minVersion: '',
  coverage: '100',
  delayMinutes: '0',
};

/** What a release most likely is: from what everybody has now to the other variation. */
export function firstDraft(
  variations: readonly string[],
  { fallthrough, offVariation }: Pick<FlagConfig, 'fallthrough' | 'offVariation'>,
  plan: PlanView | undefined,
): StartDraft {
  const control = 'variation' in fallthrough ? fallthrough.variation : offVariation;
  const variation = variations.find((key) => key !== control) ?? control;
  const empty: StartDraft = {
    template: '',
    variation,
    control,
    at: 'fallthrough',
    stages: [],
    gates: [],
    onFailure: 'roll-back',
    start: AT_ONCE,
    requires: [],
    runbook: '',
  };
  return plan === undefined ? empty : withTemplate(empty, plan);
}

/** The course of a template in place of the draft's own. */
export function withTemplate(draft: StartDraft, plan: PlanView): StartDraft {
  return { ...withCourse(draft, plan), template: plan.id };
}

/** What the flag's own plan says in place of all that the draft did. */
export function withOwnPlan(draft: StartDraft, plan: ReleasePlanView): StartDraft {
  const { by: _before, ...others } = draft;
  const { variation, control, at, by, requires } = plan;
  return {
    ...withCourse(others, plan),
    template: OWN_PLAN,
    variation,
    control,
    at,
    ...(by !== undefined && { by }),
    requires,
  };
}

type Course = Pick<PlanView, 'stages' | 'gates' | 'onFailure' | 'runbook'>;

function withCourse(draft: StartDraft, { stages, gates, onFailure, runbook }: Course): StartDraft {
  return {
    ...draft,
    stages: stages.map(stageDraftOf),
    gates: gates.map(gateDraftOf),
    onFailure,
    runbook: runbook === '' ? draft.runbook : runbook,
  };
}

function stageDraftOf(stage: Stage): StageDraft {
  return {
    ...NEW_STAGE,
    kind: stage.kind,
    percent: stage.kind === 'percent' ? String(stage.percent) : '',
    segment: stage.kind === 'segment' ? stage.segment : '',
    bakeMinutes: String(stage.bakeMinutes),
    isApproved: stage.approval === 'manual',
    checklist: stage.checklist ?? [],
  };
}

function gateDraftOf(gate: Gate): GateDraft {
  const { id, kind, role, minSamples, windowMinutes, onNoData, ...settings } = gate;
  const stored: Readonly<Record<string, unknown>> = settings;
  return {
    id,
    kind,
    role,
    onNoData,
    minSamples: String(minSamples),
    windowMinutes: String(windowMinutes),
    values: Object.fromEntries(fieldsOf(kind).map((field) => [field.name, writtenField(field, stored[field.name])])),
  };
}

export function fieldsOf(kind: Gate['kind']): readonly Field[] {
  return gateFields[kind];
}

/** A gate with what is usual for its kind, under a name that no other gate has. */
export function newGate(kind: Gate['kind'], others: readonly GateDraft[]): GateDraft {
  const taken = new Set(others.map(({ id }) => id));
  let id: string = kind;
  for (let n = 2; taken.has(id); n += 1) id = `${kind}-${n}`;
  return {
    id,
    kind,
    role: 'guardrail',
    minSamples: '500',
    windowMinutes: '10',
    onNoData: 'hold',
    values: Object.fromEntries(fieldsOf(kind).map((field) => [field.name, field.initial])),
  };
}

/** Pointers of what was typed and cannot be read, as the server would name them. */
export function unreadable({ stages, gates, start }: StartDraft): readonly string[] {
  return [
    ...stages.flatMap((stage, i) => [
      ...(stage.kind === 'percent' ? unless(readNumber(stage.percent), `/stages/${i}/percent`) : []),
      ...(stage.kind === 'segment' ? unless(stage.segment || undefined, `/stages/${i}/segment`) : []),
      ...unless(readNumber(stage.bakeMinutes), `/stages/${i}/bakeMinutes`),
    ]),
    ...gates.flatMap((gate, i) => [
      ...unless(readNumber(gate.minSamples), `/gates/${i}/minSamples`),
      ...unless(readNumber(gate.windowMinutes), `/gates/${i}/windowMinutes`),
      ...fieldsOf(gate.kind).flatMap((field) =>
        unless(readField(field, gate.values[field.name] ?? ''), `/gates/${i}/${field.name}`),
      ),
    ]),
    ...unreadableStart(start),
  ];
}

function unreadableStart(start: StartConditionDraft): readonly string[] {
  switch (start.kind) {
    case 'now':
    case 'manual':
      return [];
    case 'at':
      return unless(momentOf(start.at), '/start/at');
    case 'deploy':
      return [
        ...unless(start.service.trim() || undefined, '/start/service'),
        ...unless(start.minVersion.trim() || undefined, '/start/minVersion'),
        ...unless(readNumber(start.coverage), '/start/coverage'),
        ...unless(readNumber(start.delayMinutes), '/start/delayMinutes'),
      ];
  }
}

function unless(read: unknown, pointer: string): readonly string[] {
  return read === undefined ? [pointer] : [];
}

/** RFC 3339 of what an input for dates holds, which is UTC here; undefined where it holds nothing. */
function momentOf(text: string): string | undefined {
  const at = Date.parse(`${text}:00.000Z`);
  return Number.isNaN(at) ? undefined : new Date(at).toISOString();
}

/** What is sent to start it, besides the comment. */
export function orderOf(draft: StartDraft): { readonly plan: ReleasePlanView; readonly begin?: true } {
  return { plan: planOf(draft), ...(draft.start.kind === 'now' ? { begin: true } : {}) };
}

/** The plan as it is sent. Only for a draft of which everything can be read. */
export function planOf(draft: StartDraft): ReleasePlanView {
  const { variation, control, at, by, onFailure, requires, runbook } = draft;
  return {
    variation,
    control,
    at,
    ...(by !== undefined && { by }),
    stages: draft.stages.map(stageOf),
    gates: draft.gates.map(gateOf),
    onFailure,
    start: startOf(draft.start),
    requires,
    runbook,
  };
}

function stageOf({ kind, percent, segment, bakeMinutes, isApproved, checklist }: StageDraft): Stage {
  const rest = {
    bakeMinutes: readNumber(bakeMinutes) ?? 0,
    ...(isApproved ? { approval: 'manual' as const } : {}),
    ...(checklist.length > 0 ? { checklist } : {}),
  };
  return kind === 'percent' ? { kind, percent: readNumber(percent) ?? 0, ...rest } : { kind, segment, ...rest };
}

function gateOf({ id, kind, role, minSamples, windowMinutes, onNoData, values }: GateDraft): Gate {
  const settings = fieldsOf(kind).map((field) => [field.name, readField(field, values[field.name] ?? '')]);
  const base = {
    id,
    kind,
    role,
    onNoData,
    minSamples: readNumber(minSamples),
    windowMinutes: readNumber(windowMinutes),
  };
  // The fields of a kind are the settings of its gate: the table of fields is checked against the kinds.
  return { ...base, ...Object.fromEntries(settings) } as Gate;
}

function startOf(start: StartConditionDraft): ReleasePlanView['start'] {
  switch (start.kind) {
    case 'now':
    case 'manual':
      return { kind: 'manual' };
    case 'at':
      return { kind: start.kind, at: momentOf(start.at) ?? '' };
    case 'deploy':
      return {
        kind: start.kind,
        service: start.service.trim(),
        minVersion: start.minVersion.trim(),
        coverage: readNumber(start.coverage) ?? 100,
        delayMinutes: readNumber(start.delayMinutes) ?? 0,
      };
  }
}
