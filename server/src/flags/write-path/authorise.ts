import type { Instruction } from '@glidepath/core/change';
import type { Action, Scope } from '../../auth/permissions.ts';
import { may } from '../../auth/permissions.ts';
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
  const { actor, origin } = request;
  // Whoever may run a rollout may what its plan says; no request from outside has this origin.
  if (actor.kind === 'system' || origin === 'rollout') return;
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
  if ('plan' in change) return [{ action: 'plan.edit', what: 'say how releases go', pointer: '' }];
  const usual: Action = 'flag' in change ? 'flag.edit' : 'segment.edit';
  return change.instructions.map(({ kind }, index) => ({
    action: OPERATORS_MAY[kind] ?? usual,
    what: kind.replaceAll('-', ' '),
    pointer: `/instructions/${index}`,
  }));
}
