import type { Flag } from '@glidepath/core';
import { z } from 'zod';
import { hasRole, may } from '../../../auth/permissions.ts';
import type { ProjectBody } from '../../../store/documents.ts';
import type { Store } from '../../../store/store.ts';
import type { FlagTarget } from '../../message.ts';
import type { ButtonParts, PeopleParts } from '../blocks.ts';
import type { FlagAsked } from './flag-desk.ts';
import {
  type ButtonKind,
  type MemberPress,
  OF_ANOTHER_VERSION,
  type PressDeps,
  type Pressed,
  refused,
  refusedBy,
} from './kind.ts';

type Carry = (deps: PressDeps, asked: FlagAsked, press: MemberPress) => Promise<Pressed>;

interface FlagVerb {
  /** How it is drawn; null where it makes no sense for this flag. */
  draw(flag: FlagTarget): Omit<ButtonParts, 'action' | 'value'> | Omit<PeopleParts, 'action'> | null;
  readonly carry: Carry;
}

/** All that can be done with a stale flag from where its owner hears of it, in the order of the buttons. */
const VERBS: Readonly<Record<string, FlagVerb>> = {
  archive: {
    // Whatever speaks against it is told then: by a question for the key, or by a refusal.
    draw: () => ({
      text: 'Archive',
      style: 'danger',
      confirm: {
        title: 'Archive this flag?',
        text: 'It becomes read-only, and goes on serving what it serves for 30 days.',
        yes: 'Archive',
      },
    }),
    async carry({ flags }, asked, { confirm }) {
      await flags.change(asked, { kind: 'archive', ...(confirm !== undefined && { confirm }) });
      return done(asked, 'archived', 'It goes on serving as it is for 30 days.');
    },
  },
  'snooze-7': { draw: () => ({ text: 'Snooze 7 days' }), carry: snooze(7) },
  'snooze-30': { draw: () => ({ text: 'Snooze 30 days' }), carry: snooze(30) },
  'make-permanent': {
    draw: ({ isPermanent }) => (isPermanent ? null : { text: 'Make permanent' }),
    async carry({ flags }, asked) {
      await flags.change(asked, { kind: 'set-lifetime', lifetimeDays: null });
      return done(asked, 'made permanent:', 'It is never stale by its age.');
    },
  },
  'transfer-to-me': {
    draw: () => ({ text: 'Transfer to me' }),
    carry: (deps, asked, { principal }) => transfer(deps, asked, principal),
  },
  transfer: { draw: () => ({ hint: 'Transfer to…' }), carry: transferToChosen },
  'removal-command': {
    draw: ({ hasCommand }) => (hasCommand ? { text: 'Copy removal command' } : null),
    async carry({ flags }, asked) {
      const command = await flags.removalCommand(asked);
      if (command === null) return refused('Nobody knows what removes this flag from the code: look at its page.');
      return { kind: 'shown', sentence: `This removes ${asked.flag.key} from the code:`, code: command };
    },
  },
};

export const flagButtons: ButtonKind = { verbs: Object.keys(VERBS), usesUp: 'block', press };

/** The buttons that make sense for a flag, drawn. */
export function buttonsOfFlag(flag: FlagTarget): readonly (ButtonParts | PeopleParts)[] {
  const value = flagValue(flag.id);
  return Object.entries(VERBS).flatMap(([action, { draw }]) => {
    const drawn = draw(flag);
    if (drawn === null) return [];
    return ['hint' in drawn ? { ...drawn, action } : { ...drawn, action, value }];
  });
}

/** By its id: keys of projects and flags together would be longer than what the name of a block may hold. */
const schema = z.strictObject({ f: z.string().min(1).max(64) });

/** Also names the block: a list of people carries no value of its own. */
export function flagValue(id: string): string {
  return JSON.stringify({ f: id } satisfies z.input<typeof schema>);
}

/** Null for what no button of a flag carries. */
function flagIn(value: string): string | null {
  try {
    return schema.parse(JSON.parse(value)).f;
  } catch {
    return null;
  }
}

/** Carries a press out as if it were pressed on the page of the flag. */
async function press(deps: PressDeps, pressed: MemberPress): Promise<Pressed> {
  const { verb, value, principal, requestId } = pressed;
  const id = flagIn(value);
  const known = VERBS[verb];
  if (id === null || known === undefined) return OF_ANOTHER_VERSION;
  const asked = await askedFor(deps.store, id, { principal, requestId });
  if ('kind' in asked) return asked;
  try {
    return await known.carry(deps, asked, pressed);
  } catch (error) {
    return refusedBy(error);
  }
}

/** What somebody may not even read looks as if it did not exist. */
async function askedFor(
  store: Store,
  id: string,
  by: Pick<FlagAsked, 'principal' | 'requestId'>,
): Promise<FlagAsked | Extract<Pressed, { kind: 'refused' }>> {
  const flag = await store.documentById<Flag>('flag', id);
  const project = flag && (await store.documentById<ProjectBody>('project', flag.parent));
  if (!flag || !project) return NOT_THERE;
  const scope = { kind: 'project', projectId: project.id } as const;
  if (!may(by.principal, 'project.read', scope)) return NOT_THERE;
  if (!may(by.principal, 'flag.edit', scope))
    return refused(
      `This takes the right \`flag.edit\` in ${project.key}, which you do not have. Ask an administrator.`,
    );
  if (flag.body.archivedAt !== null) return refused(`${flag.key} is archived already.`);
  return { ...by, project, flag };
}

const NOT_THERE = refused('There is no such flag, or you may not see it.');

function snooze(days: number): Carry {
  return async ({ flags }, asked) => {
    const until = await flags.snooze(asked, days);
    const day = new Date(until).toISOString().slice(0, 10);
    return done(asked, 'snoozed', `Nobody is reminded of it before ${day}.`);
  };
}

async function transferToChosen(deps: PressDeps, asked: FlagAsked, { chosen }: MemberPress): Promise<Pressed> {
  const id = chosen && (await deps.links.memberOf(chosen));
  const member = id ? deps.directory.member(id) : null;
  if (member === null)
    return refused('Glidepath does not know who that is: they have not linked their account at Slack.');
  if (!hasRole(member.roles, asked.project.id, 'viewer'))
    return refused(`${member.name} may not see ${asked.project.key}: ask an administrator to let them in first.`);
  return transfer(deps, asked, member);
}

async function transfer(
  { flags }: PressDeps,
  asked: FlagAsked,
  { id, name }: { readonly id: string; readonly name: string },
): Promise<Pressed> {
  await flags.change(asked, { kind: 'set-owner', owner: id });
  return done(asked, 'transferred', `${name} owns it now.`);
}

function done({ flag }: FlagAsked, did: string, sentence: string): Pressed {
  return { kind: 'done', did: `${did} ${flag.key}`, sentence };
}
