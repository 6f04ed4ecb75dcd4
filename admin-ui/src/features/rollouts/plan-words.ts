import type { FlagConfigView, ReleasePlanView } from '@glidepath/server/api-types';
import { type Gate, limitWords } from './gate-words.ts';
import { rolloutMessages } from './messages.ts';
import { type Stage, stageName } from './rollout-state.ts';
import { startMessages } from './start-messages.ts';

/** `1 % for 15 min → segment beta for 2 h, then 3 checks → 100 % for 1 h`. */
export function courseWords(stages: readonly Stage[]): string {
  return stages.map(stageWords).join(' → ');
}

function stageWords(stage: Stage): string {
  const { minutes } = rolloutMessages.timeline;
  return afterWords(rolloutMessages.plans.stage(stageName(stage), minutes(stage.bakeMinutes)), stage);
}

/** What has to be done by hand once a stage has baked. */
export function afterWords(line: string, { checklist = [], approval }: Stage): string {
  const { after, afterwards } = startMessages.sheet;
  const asked = [
    ...(checklist.length > 0 ? [after.checklist(checklist.length)] : []),
    ...(approval === 'manual' ? [after.approval] : []),
  ];
  return asked.length === 0 ? line : afterwards(line, asked.join(', '));
}

export function gatesWords(gates: readonly Gate[]): readonly string[] {
  return gates.map((gate) => `\`${gate.id}\` ${limitWords(gate)}`);
}

/** Which of the people; null where it is everybody whom no rule matches. */
export function placeWords({ rules }: Pick<FlagConfigView, 'rules'>, at: ReleasePlanView['at']): string | null {
  if (at === 'fallthrough') return null;
  const index = rules.findIndex(({ id }) => id === at);
  return index === -1 ? startMessages.own.goneRule(at) : startMessages.what.rule(index + 1, rules[index]?.name ?? '');
}
