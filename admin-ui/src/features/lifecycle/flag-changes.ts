import type { FlagInstruction } from '@glidepath/core/change';
import type { LifecycleView } from '@glidepath/server/api-types';
import { dayWords } from '../../lib/time.ts';
import { actionMessages as m } from './action-messages.ts';
import { servesUntil } from './standing.ts';

export type FlagChangeKind = 'archive' | 'unarchive' | 'permanent';

interface FlagChange {
  /** `confirm` is the key of the flag, once it was typed; the server says where it asks for that. */
  instruction(confirm: string | null): FlagInstruction;
  readonly words: typeof m.archive | typeof m.unarchive | typeof m.permanent;
  /** Whether it changes what SDKs receive, now or later: then the history needs a reason where that matters. */
  readonly reachesSdks: boolean;
  before(view: LifecycleView): readonly string[];
  after(now: number): readonly string[];
}

export const FLAG_CHANGES = {
  archive: {
    instruction: (confirm) => ({ kind: 'archive', ...(confirm !== null && { confirm }) }),
    words: m.archive,
    reachesSdks: true,
    before: () => m.archive.before,
    after: (now) => m.archive.after(dayWords(servesUntil(now))),
  },
  unarchive: {
    instruction: () => ({ kind: 'unarchive' }),
    words: m.unarchive,
    reachesSdks: true,
    before: () => m.unarchive.before,
    after: () => m.unarchive.after,
  },
  permanent: {
    instruction: () => ({ kind: 'set-lifetime', lifetimeDays: null }),
    words: m.permanent,
    reachesSdks: false,
    before: ({ lifetimeDays }) => m.permanent.before(lifetimeDays),
    after: () => m.permanent.after,
  },
} as const satisfies Record<FlagChangeKind, FlagChange>;
