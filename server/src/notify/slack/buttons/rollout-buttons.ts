import { may } from '../../../auth/permissions.ts';
import { stageOf } from '../../../rollouts/rollout.ts';
import type { Command } from '../../../rollouts/transition.ts';
import { sentenceOf } from '../../../rollouts/words.ts';
import type { EnvironmentBody, ProjectBody } from '../../../store/documents.ts';
import type { RolloutRow } from '../../../store/rollouts.ts';
import type { Store, StoredDocument } from '../../../store/store.ts';
import type { MessageRollout } from '../../message.ts';
import type { ButtonParts } from '../blocks.ts';
import {
  type ButtonKind,
  type MemberPress,
  OF_ANOTHER_VERSION,
  type PressDeps,
  type Pressed,
  refused,
  refusedBy,
} from './kind.ts';
import { type ButtonTarget, buttonTarget, buttonValue } from './rollout-value.ts';

/** What can be done with a rollout by a button. */
const SLACK_VERBS = ['pause', 'advance', 'roll-back'] as const;
type SlackVerb = (typeof SLACK_VERBS)[number];

export const rolloutButtons: ButtonKind = { verbs: SLACK_VERBS, usesUp: 'message', press };

/** The buttons that make sense for a rollout, drawn. */
export function buttonsOfRollout(rollout: MessageRollout): readonly ButtonParts[] {
  const verbs = VERBS[rollout.state] ?? [];
  return verbs.map((verb) => ({ ...BUTTONS[verb], action: verb, value: buttonValue(rollout) }));
}

/** Which buttons make sense in which state. */
const VERBS: Readonly<Record<string, readonly SlackVerb[]>> = {
  waiting: ['advance'],
  running: ['pause', 'advance', 'roll-back'],
  'awaiting-approval': ['pause', 'roll-back'],
  paused: ['advance', 'roll-back'],
  holding: ['pause', 'roll-back'],
};

const BUTTONS: Readonly<Record<SlackVerb, Pick<ButtonParts, 'text' | 'style' | 'confirm'>>> = {
  pause: { text: 'Pause' },
  advance: {
    text: 'Advance',
    style: 'primary',
    confirm: {
      title: 'Advance now?',
      text: 'More people get the released variation at once, whatever is left of the bake time.',
      yes: 'Advance',
    },
  },
  'roll-back': {
    text: 'Roll back',
    style: 'danger',
    confirm: {
      title: 'Roll back now?',
      text: 'Everybody gets what was served before this rollout.',
      yes: 'Roll back',
    },
  },
};

const DID: Readonly<Record<SlackVerb, string>> = {
  pause: 'paused it',
  advance: 'advanced it',
  'roll-back': 'rolled it back',
};

/** Carries a press out as if it were pressed on the page of the rollout. */
async function press({ store, rollouts }: PressDeps, pressed: MemberPress): Promise<Pressed> {
  const { verb, value, confirm, principal, requestId } = pressed;
  const target = buttonTarget(value);
  if (target === null || !isVerb(verb)) return OF_ANOTHER_VERSION;
  const found = await placeOf(store, target, principal);
  if ('kind' in found) return found;
  const { project, row } = found;
  if (stageOf(row.rollout.state) !== target.stage)
    return refused('The rollout has gone on since this message: nothing was done. Look at the newest one.');
  const by = { principal, cause: { actor: `member:${principal.id}`, origin: 'slack', requestId } } as const;
  try {
    const options = { expected: row.revision, ...(confirm !== undefined && { confirm }) };
    await rollouts.command(project.id, target.rollout, commandOf(verb), by, options);
  } catch (error) {
    return refusedBy(error);
  }
  return { kind: 'done', did: DID[verb], sentence: await sentenceNow(store, found) };
}

interface Place {
  readonly project: StoredDocument<ProjectBody>;
  readonly environment: StoredDocument<EnvironmentBody>;
  readonly row: RolloutRow;
}

/** What somebody may not even read looks as if it did not exist. */
async function placeOf(
  store: Store,
  { project: key, rollout }: ButtonTarget,
  principal: MemberPress['principal'],
): Promise<Place | Pressed> {
  const row = await store.rollout(rollout);
  const project = await store.document<ProjectBody>({ kind: 'project', parent: '', key });
  const environment = row && (await store.documentById<EnvironmentBody>('environment', row.environment));
  if (row === null || project === null || !environment || row.project !== project.id) return NOT_THERE;
  const scope = { kind: 'environment', projectId: project.id, environmentKey: environment.key } as const;
  if (!may(principal, 'project.read', scope)) return NOT_THERE;
  if (!may(principal, 'rollout.run', scope))
    return refused(`This takes the right \`rollout.run\` in ${key}, which you do not have. Ask an administrator.`);
  return { project, environment, row };
}

const NOT_THERE = refused('There is no such rollout, or you may not see it.');

async function sentenceNow(store: Store, { row, environment }: Place): Promise<string> {
  const now = (await store.rollout(row.rollout.id)) ?? row;
  return sentenceOf(now.rollout, { flag: row.flag, environment: environment.key });
}

function isVerb(verb: string): verb is SlackVerb {
  return SLACK_VERBS.some((known) => known === verb);
}

function commandOf(verb: SlackVerb): Command {
  switch (verb) {
    case 'advance':
      return { kind: 'advance' };
    case 'pause':
    case 'roll-back':
      return { kind: verb, reason: 'from Slack' };
  }
}
