import type { Directory } from '../../../auth/directory.ts';
import type { Principal } from '../../../auth/principal.ts';
import { RefusedError } from '../../../errors.ts';
import type { RolloutService } from '../../../rollouts/rollout-service.ts';
import type { Store } from '../../../store/store.ts';
import type { SlackLinks } from '../slack-links.ts';
import type { FlagDesk } from './flag-desk.ts';

export interface PressDeps {
  readonly store: Store;
  readonly directory: Pick<Directory, 'member'>;
  readonly rollouts: Pick<RolloutService, 'command'>;
  readonly flags: FlagDesk;
  readonly links: Pick<SlackLinks, 'memberOf'>;
}

/** One button pressed by a member who may sign in, or a key typed for one. */
export interface MemberPress {
  readonly verb: string;
  /** What the button carries. */
  readonly value: string;
  /** Who was chosen from a list of people; null where nobody was. */
  readonly chosen: string | null;
  /** Typed by whoever does it all the same. */
  readonly confirm?: string;
  readonly principal: Extract<Principal, { kind: 'member' }>;
  readonly requestId: string;
}

export type Pressed =
  /** `did` goes on from the name of who pressed. */
  | { readonly kind: 'done'; readonly did: string; readonly sentence: string }
  /** What only the person who pressed wants to see, such as a command. */
  | { readonly kind: 'shown'; readonly sentence: string; readonly code: string }
  /** It takes the key of the flag, typed. */
  | { readonly kind: 'confirm'; readonly detail: string }
  | { readonly kind: 'refused'; readonly detail: string };

/** A kind of thing that messages have buttons for. A new kind is a file beside this one, and a line in the table. */
export interface ButtonKind {
  /** The names of its actions: no two kinds share one. */
  readonly verbs: readonly string[];
  /** Whether all buttons of the message are used up by what was done, or those of their block. */
  readonly usesUp: 'message' | 'block';
  press(deps: PressDeps, press: MemberPress): Promise<Pressed>;
}

export function refused(detail: string): Extract<Pressed, { kind: 'refused' }> {
  return { kind: 'refused', detail };
}

/** What people can mend is told to them; anything else is a bug. */
export function refusedBy(error: unknown): Pressed {
  if (!(error instanceof RefusedError)) throw error;
  const { code, detail } = error.refusal;
  return code === 'confirmation-needed' ? { kind: 'confirm', detail } : refused(detail);
}

export const OF_ANOTHER_VERSION = refused('This button is not of this version: use the page instead.');
