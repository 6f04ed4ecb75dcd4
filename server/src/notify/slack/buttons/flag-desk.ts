import type { Flag } from '@glidepath/core';
import type { FlagInstruction } from '@glidepath/core/change';
import type { ProjectBody } from '../../../store/documents.ts';
import type { StoredDocument } from '../../../store/store.ts';
import type { MemberPress } from './kind.ts';

/** A flag that somebody wants something of, with who it is. */
export interface FlagAsked extends Pick<MemberPress, 'principal' | 'requestId'> {
  readonly project: StoredDocument<ProjectBody>;
  readonly flag: StoredDocument<Flag>;
}

/** What is behind the pages of flags; each refuses what the member may not do. */
export interface FlagDesk {
  change(asked: FlagAsked, instruction: FlagInstruction): Promise<void>;
  /** Nobody is reminded of the flag for so long; until when, in milliseconds since epoch. */
  snooze(asked: FlagAsked, days: number): Promise<number>;
  /** What removes the flag from the code; null where nobody knows. */
  removalCommand(asked: FlagAsked): Promise<string | null>;
}
