import type { FlagWithEnvironments } from '@glidepath/server/api-types';
import { flagOf } from '../../lib/flag-model.ts';
import { useKept } from '../../lib/kept.ts';
import { rebasedOn, type SharedDraft } from './variation-draft.ts';

/** A draft with the flag as it was when the edits began. */
interface KeptShared {
  readonly draft: SharedDraft;
  readonly base: FlagWithEnvironments;
}

export interface SharedDraftKeeper {
  readonly kept: KeptShared | null;
  keep(draft: SharedDraft): void;
  discard(): void;
  /** The same edits on top of what is live now. */
  rebase(): void;
}

/** Keeps the edits of what environments share in this tab: a reload or a lost session does not lose them. */
export function useKeptSharedDraft(storageKey: string, live: FlagWithEnvironments): SharedDraftKeeper {
  const [kept, store] = useKept<KeptShared>(storageKey);
  return {
    kept,
    keep: (draft) => store({ draft, base: kept?.base ?? live }),
    discard: () => store(null),
    rebase: () => kept && store({ draft: rebasedOn(kept.draft, flagOf(kept.base), flagOf(live)), base: live }),
  };
}
