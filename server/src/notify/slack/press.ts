import type { Principal } from '../../auth/principal.ts';
import { kindOf } from './buttons/index.ts';
import {
  type ButtonKind,
  type MemberPress,
  OF_ANOTHER_VERSION,
  type PressDeps,
  type Pressed,
  refused,
} from './buttons/kind.ts';

/** One button pressed by a member, or a key typed for one. */
export interface Press extends Omit<MemberPress, 'principal'> {
  readonly member: string;
}

/** What came of a press, and by whom and of what kind it was. */
export interface PressOutcome {
  readonly pressed: Pressed;
  readonly by: string;
  readonly usesUp: ButtonKind['usesUp'];
}

/** Carries a press out with the rights of the member, as if it were pressed on a page. */
export async function press(deps: PressDeps, { member: id, ...asked }: Press): Promise<PressOutcome> {
  const kind = kindOf(asked.verb);
  const member = deps.directory.member(id);
  const outcome = { by: member?.name ?? id, usesUp: kind?.usesUp ?? 'block' } as const;
  if (kind === null) return { ...outcome, pressed: OF_ANOTHER_VERSION };
  if (member === null)
    return { ...outcome, pressed: refused('Your account may not sign in any more: ask an administrator.') };
  const { name, roles } = member;
  const principal: Extract<Principal, { kind: 'member' }> = {
    kind: 'member',
    id,
    name,
    roles,
    sessionHash: '',
    csrf: '',
  };
  return { ...outcome, pressed: await kind.press(deps, { ...asked, principal }) };
}
