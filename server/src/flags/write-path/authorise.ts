import type { Instruction } from '@glidepath/core/change';
import type { Action, Scope } from '../../auth/permissions.ts';
import { may } from '../../auth/permissions.ts';
import type { Actor } from '../../auth/principal.ts';
import { RefusedError } from '../../errors.ts';
import type { ChangeRequest, DocumentChange } from './change.ts';

/** What an operator may do without being an editor. */
const OPERATORS_MAY: Partial<Record<Instruction['kind'], Action>> = {
  kill: 'flag.kill',
  restore: 'flag.kill',
  'turn-on': 'flag.toggle',
  'turn-off': 'flag.toggle',
};

/** Refuses unless the actor may do everything that the change asks for, where it asks for it. */
export function authorise(request: ChangeRequest, projectId: string): void {
  const { actor } = request;
  if (actor.kind === 'system') return;
  request.changes.forEach((change, index) => {
    const scope = scopeOf(change, projectId);
    for (const { action, what, pointer } of neededFor(change)) {
      if (may(actor, action, scope)) continue;
      throw new RefusedError({
        code: 'forbidden',
        detail: `You may not ${what} here: it takes the right \`${action}\`. Ask an administrator of the project for it.`,
        errors: [{ pointer: `/changes/${index}${pointer}`, detail: `takes the right \`${action}\`` }],
      });
    }
  });
}

function scopeOf(change: DocumentChange, projectId: string): Scope {
  return 'environment' in change
    ? { kind: 'environment', projectId, environmentKey: change.environment }
    : { kind: 'project', projectId };
}

interface Need {
  readonly action: Action;
  readonly what: string;
  readonly pointer: string;
}

function neededFor(change: DocumentChange): readonly Need[] {
  if ('create' in change) {
    return [
      {
        action: change.create === 'flag' ? 'flag.edit' : 'segment.edit',
        what: `create a ${change.create}`,
        pointer: '',
      },
    ];
  }
  if ('delete' in change) return [{ action: 'segment.edit', what: 'delete a segment', pointer: '' }];
  if ('retire' in change) return [{ action: 'flag.edit', what: 'retire a flag', pointer: '' }];
  const usual: Action = 'flag' in change ? 'flag.edit' : 'segment.edit';
  return change.instructions.map(({ kind }, index) => ({
    action: OPERATORS_MAY[kind] ?? usual,
    what: `${kind.replaceAll('-', ' ')} `.trimEnd(),
    pointer: `/instructions/${index}`,
  }));
}

/** How the audit log and documents name who acts. */
export function actorOf(actor: ChangeRequest['actor']): Actor {
  switch (actor.kind) {
    case 'member':
      return `member:${actor.id}`;
    case 'token':
      return `token:${actor.id}`;
    case 'system':
      return 'system';
    default:
      throw new RefusedError({
        code: 'forbidden',
        detail: 'Only members and API tokens may change flags and segments: sign in, or use a token `gp_api_…`.',
      });
  }
}
