import type { Directory } from '../../auth/directory.ts';
import { may } from '../../auth/permissions.ts';
import type { Principal } from '../../auth/principal.ts';
import { RefusedError } from '../../errors.ts';
import { stageOf } from '../../rollouts/rollout.ts';
import type { RolloutService } from '../../rollouts/rollout-service.ts';
import type { Command } from '../../rollouts/transition.ts';
import { sentenceOf } from '../../rollouts/words.ts';
import type { EnvironmentBody, ProjectBody } from '../../store/documents.ts';
import type { RolloutRow } from '../../store/rollouts.ts';
import type { Store, StoredDocument } from '../../store/store.ts';
import { type ButtonTarget, buttonTarget, SLACK_VERBS, type SlackVerb } from './button-value.ts';

export interface PressDeps {
  readonly store: Store;
  readonly directory: Pick<Directory, 'member'>;
  readonly rollouts: Pick<RolloutService, 'command'>;
}

/** One button pressed by a member, or the key of the flag typed for one. */
export interface Press {
  readonly verb: string;
  /** What the button carries. */
  readonly value: string;
  /** Typed by whoever goes on without what the plan asks for. */
  readonly confirm?: string;
  readonly member: string;
  readonly requestId: string;
}

export type Pressed =
  | { readonly kind: 'done'; readonly by: string; readonly sentence: string }
  /** It takes the key of the flag, typed. */
  | { readonly kind: 'confirm'; readonly detail: string }
  | { readonly kind: 'refused'; readonly detail: string };

/** Carries a press out with the rights of the member, as if it were pressed on the page of the rollout. */
export async function press(deps: PressDeps, { verb, value, confirm, member: id, requestId }: Press): Promise<Pressed> {
  const target = buttonTarget(value);
  if (target === null || !isVerb(verb)) return refused('This button is not of this version: use the page instead.');
  const member = deps.directory.member(id);
  if (member === null) return refused('Your account may not sign in any more: ask an administrator.');
  const principal: Principal = {
    kind: 'member',
    id,
    name: member.name,
    roles: member.roles,
    sessionHash: '',
    csrf: '',
  };
  const found = await placeOf(deps.store, target, principal);
  if ('kind' in found) return found;
  const { project, row } = found;
  if (stageOf(row.rollout.state) !== target.stage)
    return refused('The rollout has gone on since this message: nothing was done. Look at the newest one.');
  const by = { principal, cause: { actor: `member:${id}`, origin: 'slack', requestId } } as const;
  try {
    const options = { expected: row.revision, ...(confirm !== undefined && { confirm }) };
    await deps.rollouts.command(project.id, target.rollout, commandOf(verb), by, options);
  } catch (error) {
    return refusedBy(error);
  }
  return { kind: 'done', by: member.name, sentence: await sentenceNow(deps.store, found) };
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
  principal: Principal,
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

function refusedBy(error: unknown): Pressed {
  if (!(error instanceof RefusedError)) throw error;
  const { code, detail } = error.refusal;
  return code === 'confirmation-needed' ? { kind: 'confirm', detail } : refused(detail);
}

function refused(detail: string): Extract<Pressed, { kind: 'refused' }> {
  return { kind: 'refused', detail };
}
