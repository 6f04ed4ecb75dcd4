import type { GateView, RolloutView } from '@glidepath/server/api-types';
import { type Paint, tableOf, tameAll } from '../paint.ts';
import { cellsOf, scaleOf } from './figures.ts';

type Stage = RolloutView['plan']['stages'][number];
type Tone = Parameters<Paint>[1];

const MINUTE_MS = 60_000;

const TONES = {
  waiting: 'faint',
  running: 'strong',
  'awaiting-approval': 'strong',
  paused: 'strong',
  holding: 'strong',
  'rolling-back': 'bad',
  'rolled-back': 'bad',
  completed: 'good',
  aborted: 'bad',
} as const satisfies Record<RolloutView['state'], Tone>;

export function isOver({ state }: Pick<RolloutView, 'state'>): boolean {
  return state === 'completed' || state === 'rolled-back' || state === 'aborted';
}

/** A rollout as people read it in a terminal, at a moment of the service's clock. */
export function screenOf(given: RolloutView, now: number, paint: Paint): readonly string[] {
  const view = tameAll(given);
  const { flag, environment, plan, state, percent, id, sentence, incident } = view;
  return [
    `${paint(flag, 'strong')} in ${environment} · ${plan.variation} against ${plan.control} · rollout ${id}`,
    `${paint(wordsOf(state), TONES[state])} at ${percent} % · started by ${view.startedBy} at ${timeOf(view.startedAt)}`,
    barOf(view, now, paint),
    ...nextLines(view, now),
    ...coverageLines(view),
    ...checklistLines(view),
    '',
    ...gateLines(view, paint),
    ...(isOver(view) ? [sentence] : []),
    ...(incident === null ? [] : [`incident: ${incident}`]),
  ];
}

/** The same in one line, for logs. */
export function lineOf(given: RolloutView, now: number): string {
  const view = tameAll(given);
  const gates = view.gates.flatMap(({ gate, verdict }) => {
    if (verdict === null) return [];
    const [released = '', control = ''] = cellsOf(gate, verdict.figures);
    return [
      `${gate.id} ${verdict.kind}${released === '-' ? '' : ` ${released}`}${control === '-' ? '' : ` (control ${control})`}`,
    ];
  });
  const parts = [`${wordsOf(view.state)} at ${view.percent} %`, ...causeOf(view), ...nextLines(view, now), ...gates];
  return parts.join(' · ');
}

/** Differs whenever a line of a log is worth it; figures and time alone are not. */
export function outlineOf({ state, stage, percent, cause, gates, coverage }: RolloutView): string {
  const verdicts = gates.map(({ verdict }) => verdict?.kind ?? null);
  return JSON.stringify([state, stage, percent, cause?.kind ?? null, verdicts, coverage?.covered ?? null]);
}

const wordsOf = (state: RolloutView['state']): string => state.replace('-', ' ');

const timeOf = (time: string): string => `${time.slice(0, 16).replace('T', ' ')} UTC`;

function causeOf({ cause }: RolloutView): readonly string[] {
  return cause === null ? [] : [`${cause.kind}: ${cause.reason}`];
}

const BAR = 10;

/** Every stage; the one in force as far as it has baked. */
function barOf(view: RolloutView, now: number, paint: Paint): string {
  const { plan, stage: present, state } = view;
  const reached = state === 'completed' ? plan.stages.length : (present ?? -1);
  return plan.stages
    .map((stage, index) => {
      if (index < reached) return paint(`✓ ${labelOf(stage)}`, 'good');
      if (index > reached) return paint(labelOf(stage), 'faint');
      const done = Math.min(BAR, Math.floor(bakedShareOf(view, stage, now) * BAR));
      return `${paint(labelOf(stage), 'strong')} ${'█'.repeat(done)}${'░'.repeat(BAR - done)}`;
    })
    .join('  ');
}

const labelOf = (stage: Stage): string => (stage.kind === 'percent' ? `${stage.percent} %` : stage.segment);

function bakedShareOf({ progress }: RolloutView, { bakeMinutes }: Stage, now: number): number {
  if (progress === null) return 0;
  const sinceMs = progress.isBaking ? Math.max(0, now - Date.parse(progress.countedAt)) : 0;
  return bakeMinutes === 0 ? 1 : (progress.bakedMs + sinceMs) / (bakeMinutes * MINUTE_MS);
}

function nextLines({ next }: RolloutView, now: number): readonly string[] {
  if (next === null) return [];
  if (next.at !== null) return [`next: ${next.what} in ${durationOf(Date.parse(next.at) - now)}`];
  return [`next: ${next.what}${next.waitsFor === null ? '' : `, waits for ${next.waitsFor}`}`];
}

/** Such as `4:05` or `2:30:00`. */
function durationOf(ms: number): string {
  const seconds = Math.max(0, Math.ceil(ms / 1_000));
  const parts = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60, seconds % 60];
  const [hours = 0, ...rest] = parts;
  const shown = hours > 0 ? parts : rest;
  return shown.map((part, index) => (index === 0 ? String(part) : String(part).padStart(2, '0'))).join(':');
}

function coverageLines({ coverage }: RolloutView): readonly string[] {
  if (coverage === null) return [];
  const { service, minVersion, covered, instances, percent, unknown } = coverage;
  const strangers = unknown.length === 0 ? '' : `; cannot be compared: ${unknown.join(', ')}`;
  return [`${service} ${minVersion}: on ${covered} of ${instances} instances (${Math.floor(percent)} %)${strangers}`];
}

function checklistLines({ plan, stage, progress }: RolloutView): readonly string[] {
  const lines = (stage === null ? undefined : plan.stages[stage]?.checklist) ?? [];
  return lines.map((line) => `${progress?.checked.includes(line) ? '[x]' : '[ ]'} ${line}`);
}

const HEAD = ['GATE', 'SAYS', 'RELEASED', 'CONTROL', 'RANGE', 'LIMIT', 'EXECUTIONS'];

function gateLines({ gates, sampleRatio }: RolloutView, paint: Paint): readonly string[] {
  if (gates.length === 0) return ['no gates: nothing rolls it back by itself'];
  const rows = gates.map(({ gate, verdict }) => [
    gate.id,
    verdict?.kind ?? 'not asked',
    ...(verdict === null ? [] : cellsOf(gate, verdict.figures)),
  ]);
  const [head = '', ...lines] = tableOf(HEAD, rows).trimEnd().split('\n');
  const broken = sampleRatio?.kind === 'fail' ? [paint(`sample ratio: ${sampleRatio.reason ?? ''}`, 'bad')] : [];
  return [
    paint(head, 'faint'),
    ...gates.flatMap((gate, index) => linesOfGate(gate, lines[index] ?? '', paint)),
    ...broken,
  ];
}

function linesOfGate({ gate, verdict }: GateView, line: string, paint: Paint): readonly string[] {
  if (verdict === null) return [line];
  const scale = scaleOf(gate, verdict.figures);
  const says = verdict.reason === undefined ? [] : [verdict.reason];
  return [
    verdict.kind === 'fail' ? paint(line, 'bad') : line,
    ...[...(scale === null ? [] : [scale]), ...says].map((more) => paint(`  ${more}`, 'faint')),
  ];
}
