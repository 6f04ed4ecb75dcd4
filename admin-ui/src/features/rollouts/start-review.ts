import { BUCKETS } from '@glidepath/core';
import type { FlagConfigView, FlagWithEnvironments, RolloutForecastView } from '@glidepath/server/api-types';
import type { ReviewLine } from '../../kit/review-sections.tsx';
import type { ReadyForecast } from '../../kit/review-sheet.tsx';
import { configOf, flagOf } from '../../lib/flag-model.ts';
import { type Outcome, outcomeOf } from '../../lib/flag-outcome.ts';
import { exposureChange, frictionOf } from '../../lib/friction.ts';
import { gateMessages } from './gate-messages.ts';
import { limitWords } from './gate-words.ts';
import { rolloutMessages } from './messages.ts';
import { afterWords } from './plan-words.ts';
import { type Stage, stageName } from './rollout-state.ts';
import { planOf, type StartDraft } from './start-draft.ts';
import { startMessages } from './start-messages.ts';

const m = startMessages.sheet;

export interface StartReview {
  readonly flag: FlagWithEnvironments;
  readonly live: FlagConfigView;
  readonly draft: StartDraft;
  readonly forecast: RolloutForecastView;
  readonly isCritical: boolean;
}

/** What the review sheet says before a rollout is started. */
export function startReviewOf(review: StartReview, now: number): ReadyForecast {
  const { flag, live, draft, forecast, isCritical } = review;
  const plan = planOf(draft);
  const [first] = plan.stages;
  const outcome = first === undefined ? null : firstStageOutcome(review, first, now);
  const friction = frictionOf({
    critical: isCritical,
    towardSafe: false,
    exposure: outcome === null ? { before: 0, after: 0 } : exposureChange(outcome.before, outcome.after),
  });
  return {
    kind: 'ready',
    summary: [
      m.releases(draft.variation, draft.control),
      beginWords(draft.start),
      ...plan.stages.map(stageLine),
      ...plan.gates.map((gate) => m.gate(gate.id, limitWords(gate), gateMessages.roles[gate.role])),
    ],
    before: live.serves,
    after: outcome?.serves.after ?? live.serves,
    towardSafe: false,
    friction,
    details: {
      heading: `${flag.key} · ${rolloutMessages.title}`,
      question: m.question(first === undefined ? '–' : stageName(first)),
      sections: sectionsOf(forecast),
      documents: null,
    },
  };
}

/** A segment comes by a rule of its own; a share by the split. */
function firstStageOutcome({ flag, live, draft }: StartReview, first: Stage, now: number): Outcome | null {
  if (first.kind === 'segment') return null;
  const share = Math.round((first.percent / 100) * BUCKETS);
  const weights = { [draft.variation]: share, [draft.control]: BUCKETS - share };
  return outcomeOf(
    {
      flag: flagOf(flag),
      config: configOf(live),
      environment: live.environment,
      instructions: [{ kind: 'set-split', at: draft.at, weights }],
    },
    now,
  );
}

function stageLine(stage: Stage, index: number): string {
  return afterWords(m.stage(index + 1, stageName(stage), stage.bakeMinutes), stage);
}

function beginWords({ kind, at, service, minVersion }: StartDraft['start']): string {
  switch (kind) {
    case 'now':
    case 'manual':
      return m.begins[kind];
    case 'at':
      return m.begins.at(at.replace('T', ' '));
    case 'deploy':
      return m.begins.deploy(service, minVersion);
  }
}

function sectionsOf({ warnings, sentence }: RolloutForecastView) {
  const lines = warnings.map((text): ReviewLine => ({ kind: 'advice', text }));
  return [
    ...(lines.length > 0 ? [{ title: m.warnings, lines }] : []),
    ...(sentence === '' ? [] : [{ title: m.forecast, lines: [{ kind: 'fact', text: sentence } as const] }]),
  ];
}
