import type { FlagConfigView } from '@glidepath/server/api-types';
import { useCallback, useState } from 'react';
import { NO_EDITS, type TargetingDraft } from './draft.ts';

/** A draft with the state that it was made on. */
export interface KeptDraft {
  readonly draft: TargetingDraft;
  readonly base: FlagConfigView;
}

export interface DraftKeeper {
  readonly kept: KeptDraft | null;
  keep(draft: TargetingDraft): void;
  /** Forgets the edits. */
  discard(): void;
  /** The same edits on top of what is live now. */
  rebase(): void;
}

/** Keeps the edits of one configuration in this tab: a reload, a crash or a lost session does not lose them. */
export function useKeptDraft(storageKey: string, live: FlagConfigView): DraftKeeper {
  const [kept, setKept] = useState<KeptDraft | null>(() => readKept(storageKey));
  const store = useCallback(
    (next: KeptDraft | null) => {
      if (next === null) sessionStorage.removeItem(storageKey);
      else sessionStorage.setItem(storageKey, JSON.stringify(next));
      setKept(next);
    },
    [storageKey],
  );
  return {
    kept,
    keep: (draft) => store({ draft, base: kept?.base ?? live }),
    discard: () => store(null),
    rebase: () => store({ draft: kept?.draft ?? NO_EDITS, base: live }),
  };
}

function readKept(storageKey: string): KeptDraft | null {
  const text = sessionStorage.getItem(storageKey);
  return text === null ? null : (JSON.parse(text) as KeptDraft);
}
