import { useCallback, useEffect, useState } from 'react';
import { countsOf, emptied, type KeyDraft, NO_KEYS } from './key-draft.ts';

/** As many as the tab's storage takes without a thought. */
const MOST_KEPT = 5_000;

export interface KeysKeeper {
  readonly draft: KeyDraft;
  keep(draft: KeyDraft): void;
  discard(): void;
}

/** Keeps a draft of keys in this tab over a reload; before one is lost that is too large for that, the browser asks. */
export function useKeptKeys(storageKey: string): KeysKeeper {
  const [draft, setDraft] = useState<KeyDraft>(() => readKept(storageKey));
  const { added, removed } = countsOf(draft);
  const isTooLargeToKeep = added + removed > MOST_KEPT;
  useEffect(() => {
    if (!isTooLargeToKeep) return;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener('beforeunload', ask);
    return () => window.removeEventListener('beforeunload', ask);
  }, [isTooLargeToKeep]);
  const keep = useCallback(
    (next: KeyDraft) => {
      const counts = countsOf(next);
      const size = counts.added + counts.removed;
      if (size === 0 || size > MOST_KEPT) sessionStorage.removeItem(storageKey);
      else sessionStorage.setItem(storageKey, JSON.stringify(next));
      setDraft(next);
    },
    [storageKey],
  );
  return { draft, keep, discard: () => keep(emptied(draft)) };
}

function readKept(storageKey: string): KeyDraft {
  const text = sessionStorage.getItem(storageKey);
  return text === null ? NO_KEYS : (JSON.parse(text) as KeyDraft);
}
