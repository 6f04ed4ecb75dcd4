import type { RolloutForecastView, RolloutView, Written } from '@glidepath/server/api-types';
import type { Call } from '../call.ts';
import type { Command, Outcome } from '../command.ts';
import { durationMs } from '../duration.ts';
import { tame } from '../paint.ts';
import { configRoute } from '../paths.ts';
import { type Followed, follow } from '../rollout/follow.ts';
import { PLAN_OPTIONS, startBodyOf } from '../rollout/plan-options.ts';
import { guard, receiptFor } from '../write.ts';

const KEY = { name: 'KEY', summary: 'key of the flag', completes: 'flags' } as const;

export const start: Command = {
  name: 'rollout start',
  summary: 'releases a variation stage by stage; what goes wrong rolls it back',
  place: 'environment',
  writes: true,
  arguments: [KEY],
  options: PLAN_OPTIONS,
  example:
    'glidepath rollout start new-checkout --env production --variation on --stages 1,5,25,50,100 --bake 10m --reason "launch"',
  async run(call) {
    const started = await startedBy(call);
    return 'dryRun' in started ? tried(started.dryRun) : { document: documentOf(started), text: started.text };
  },
};

export const run: Command = {
  name: 'rollout run',
  summary: 'starts a rollout and waits for its end: exit 0 once completed, 1 where it was rolled back or stopped',
  place: 'environment',
  writes: true,
  arguments: [KEY],
  options: {
    ...PLAN_OPTIONS,
    timeout: { value: 'TIME', summary: 'wait at most so long, such as 2h; then exit 5, and the rollout goes on' },
  },
  example:
    'glidepath rollout run new-checkout --env production --template quick --when "shop>=2.4.0" --timeout 3h --reason "2.4.0" --yes',
  async run(call) {
    const timeout = call.text('timeout');
    const longestMs = timeout === undefined ? null : durationMs(timeout, 'timeout');
    const started = await startedBy(call);
    if ('dryRun' in started) return tried(started.dryRun);
    call.note(started.text.trimEnd());
    const followed = await follow(call, started.written.document.id, longestMs);
    return {
      document: { ...documentOf(started), document: followed.view },
      text: `${tame(followed.view.sentence)}\n${leftBehind(followed)}`,
      exit: exitOf(followed),
    };
  },
};

interface Started {
  readonly written: Written<RolloutView>;
  readonly audit: string;
  readonly undo: string;
  readonly text: string;
}

async function startedBy(call: Call): Promise<Started | { readonly dryRun: RolloutForecastView }> {
  const body = await startBodyOf(call);
  const { flag, environment, reason } = await guard(call, 'Start a rollout of', 'ordinary');
  const answer = await call
    .api()
    .send<Written<RolloutView> | RolloutForecastView>('POST', `${configRoute(call, flag)}/rollouts`, {
      body: { ...body, ...(reason !== undefined && { comment: reason }) },
      query: { ...(call.has('dry-run') && { dryRun: 'true' }) },
      headers: { 'idempotency-key': call.outside.newId() },
    });
  if (!('changeId' in answer)) return { dryRun: answer };
  const { id, sentence } = answer.document;
  const receipt = receiptFor(call, {
    flag,
    environment,
    did: `started rollout ${id} of ${flag} in ${environment}`,
    details: [tame(sentence)],
    undo: `rollout roll-back ${flag}`,
    changeId: answer.changeId,
  });
  return { written: answer, ...receipt };
}

function documentOf({ written: { changeId, versions, document }, audit, undo }: Started) {
  return { changeId, versions, audit, undo, document };
}

function tried(forecast: RolloutForecastView): Outcome {
  const lines = ['would: start it', ...forecast.warnings.map((line) => `warning: ${line}`), forecast.sentence];
  return {
    document: { dryRun: true, ...forecast },
    text: lines.map((line) => `${tame(line)}\n`).join(''),
  };
}

function leftBehind({ ending }: Followed): string {
  switch (ending) {
    case 'over':
      return '';
    case 'interrupted':
      return 'Nobody waits for it any more: it goes on.\n';
    case 'timed-out':
      return 'The time to wait is over: it goes on.\n';
  }
}

function exitOf({ ending, view }: Followed): NonNullable<Outcome['exit']> {
  if (ending === 'timed-out') return 'timed-out';
  return ending === 'over' && view.state === 'completed' ? 'done' : 'failed';
}
