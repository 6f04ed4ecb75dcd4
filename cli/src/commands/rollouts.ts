import type { DryRun, Page, RolloutView, Written } from '@glidepath/server/api-types';
import { sendConfirmed } from '../ask.ts';
import { type Call, quoted } from '../call.ts';
import type { Command, Outcome } from '../command.ts';
import { Failure } from '../failure.ts';
import { paintFor, tame } from '../paint.ts';
import { configRoute, rolloutRoute } from '../paths.ts';
import { follow } from '../rollout/follow.ts';
import { screenOf } from '../rollout/screen.ts';
import { dry, guard, receiptFor } from '../write.ts';

const KEY = { name: 'KEY', summary: 'key of the flag', completes: 'flags' } as const;
const LINE = { name: 'LINE', summary: 'a line of the checklist, as `rollout status` shows it' } as const;

export const status: Command = {
  name: 'rollout status',
  summary: 'shows the last rollout of a flag: its stage, what comes next, and what its gates say',
  place: 'environment',
  writes: false,
  isData: true,
  arguments: [KEY],
  options: {},
  example: 'glidepath rollout status new-checkout --env production',
  async run(call) {
    const { answer, at } = await lastRollout(call);
    return shown(call, answer, at ?? call.outside.now());
  },
};

export const watch: Command = {
  name: 'rollout watch',
  summary: 'shows a rollout live until it is over: both arms with their intervals, the stages, the countdown',
  place: 'environment',
  writes: false,
  arguments: [KEY],
  options: {},
  example: 'glidepath rollout watch new-checkout --env production',
  async run(call) {
    const { answer } = await lastRollout(call);
    const { view, now } = await follow(call, answer.id, null);
    return shown(call, view, now);
  },
};

function shown(call: Call, view: RolloutView, now: number): Outcome {
  const lines = screenOf(view, now, paintFor(call.outside, call.outside.stdout));
  return { document: view, text: lines.map((line) => `${line}\n`).join('') };
}

interface Verb {
  readonly summary: string;
  /** In the past tense. */
  readonly did: string;
  /** The verb that leads back as far as anything does. */
  readonly undo: keyof typeof VERBS;
  /** What makes fewer people get something new asks nothing. */
  readonly kind: 'emergency' | 'ordinary';
  /** Whether it is about one line of the checklist. */
  readonly hasLine?: true;
}

const VERBS = {
  pause: {
    summary: 'stays at the stage in force until it is resumed; guardrails still roll it back',
    did: 'paused',
    undo: 'resume',
    kind: 'emergency',
  },
  resume: { summary: 'goes on after a pause', did: 'resumed', undo: 'pause', kind: 'ordinary' },
  advance: {
    summary: 'goes to the next stage now; what the plan still asks for has to be confirmed',
    did: 'advanced',
    undo: 'roll-back',
    kind: 'ordinary',
  },
  approve: {
    summary: 'approves what comes after the stage in force',
    did: 'approved the next stage of',
    undo: 'roll-back',
    kind: 'ordinary',
  },
  check: {
    summary: 'ticks a line of the checklist of the stage in force',
    did: 'ticked a line of',
    undo: 'uncheck',
    kind: 'ordinary',
    hasLine: true,
  },
  uncheck: {
    summary: 'takes the tick of a line away',
    did: 'took a tick away from',
    undo: 'check',
    kind: 'emergency',
    hasLine: true,
  },
  'roll-back': {
    summary: 'brings back exactly what was served before',
    did: 'rolled back',
    undo: 'restart',
    kind: 'emergency',
  },
  abort: {
    summary: 'ends a rollout where it is: everybody keeps what they have',
    did: 'aborted',
    undo: 'restart',
    kind: 'ordinary',
  },
  restart: {
    summary: 'begins the plan of the last rollout once more: the same people come first',
    did: 'restarted',
    undo: 'roll-back',
    kind: 'ordinary',
  },
} as const satisfies Record<string, { readonly undo: string } & Omit<Verb, 'undo'>>;

type VerbName = keyof typeof VERBS;

export const verbs: readonly Command[] = (Object.keys(VERBS) as VerbName[]).map(commandOf);

function commandOf(name: VerbName): Command {
  const verb: Verb = VERBS[name];
  return {
    name: `rollout ${name}`,
    summary: verb.summary,
    place: 'environment',
    writes: true,
    arguments: verb.hasLine ? [KEY, LINE] : [KEY],
    options: {},
    example: `glidepath rollout ${name} new-checkout${verb.hasLine ? ' "support knows"' : ''} --env production --reason "INC-204"`,
    async run(call) {
      const line = verb.hasLine ? call.argument(1) : null;
      const doing = `${name[0]?.toUpperCase()}${name.slice(1).replace('-', ' ')} the rollout of`;
      const { flag, environment, reason } = await guard(call, doing, verb.kind);
      const { answer: seen } = await lastRollout(call);
      const answer = await sent(call, { seen, name, flag, reason, line });
      if (!('changeId' in answer)) return dry(answer);
      const { document, versions, changeId } = answer;
      const { text, audit, undo } = receiptFor(call, {
        flag,
        environment,
        did: `${verb.did} the rollout of ${flag} in ${environment}`,
        details: [tame(document.sentence)],
        undo: `rollout ${verb.undo} ${flag}${line === null ? '' : ` ${quoted(line)}`}`,
        changeId,
      });
      return { document: { changeId, versions, audit, undo, document }, text };
    },
  };
}

interface Order {
  readonly seen: RolloutView;
  readonly name: VerbName;
  readonly flag: string;
  readonly reason: string | undefined;
  readonly line: string | null;
}

/** Whoever goes on without what the plan asks for types the key of the flag. */
async function sent(call: Call, { seen, name, flag, reason, line }: Order): Promise<Written<RolloutView> | DryRun> {
  const isDry = call.has('dry-run');
  const { body, headers } = meant(seen, name);
  const send = (more: object) =>
    call.api().send<Written<RolloutView> | DryRun>('POST', `${rolloutRoute(call, seen.id)}/${name}`, {
      body: { ...body, ...(line !== null && { line }), ...(reason !== undefined && { comment: reason }), ...more },
      query: { ...(isDry && { dryRun: 'true' }) },
      headers: { 'idempotency-key': call.outside.newId(), ...headers },
    });
  return name === 'advance' ? sendConfirmed(call, flag, send) : send({});
}

/** Of two people who go on at once, one does: no stage is skipped by who has not seen it. */
function meant({ stage, revision }: RolloutView, name: VerbName) {
  if (name !== 'advance' && name !== 'approve') return { body: {}, headers: {} };
  return stage === null ? { body: {}, headers: { 'if-match': `"${revision}"` } } : { body: { stage }, headers: {} };
}

/** The live one; where there is none, the one that ended last. */
async function lastRollout(call: Call): Promise<{ readonly answer: RolloutView; readonly at: number | null }> {
  const flag = call.argument(0);
  const route = `${configRoute(call, flag)}/rollouts`;
  const { answer, at } = await call.api().sendDated<Page<RolloutView>>('GET', route, { query: { limit: '1' } });
  const [last] = answer.items;
  if (last !== undefined) return { answer: last, at };
  throw new Failure(
    'failed',
    'not-found',
    `There was no rollout of ${flag} in ${call.environment().key} yet.`,
    `Start one: glidepath rollout start ${flag}.`,
  );
}
