import { useCallback, useState } from 'react';

/** What is edited and not saved yet, kept in this tab: a reload, a crash or a lost session does not lose it. Null: nothing. */
export function useKept<T>(storageKey: string): readonly [kept: T | null, keep: (next: T | null) => void] {
  const [kept, setKept] = useState<T | null>(() => readKept(sessionStorage, storageKey));
  const keep = useCallback(
    (next: T | null) => {
      writeKept(sessionStorage, storageKey, next);
      setKept(next);
    },
    [storageKey],
  );
  return [kept, keep];
}

export function readKept<T>(storage: Storage, storageKey: string): T | null {
  const text = storage.getItem(storageKey);
  return text === null ? null : (JSON.parse(text) as T);
}

export function writeKept<T>(storage: Storage, storageKey: string, kept: T | null): void {
  if (kept === null) storage.removeItem(storageKey);
  else {
    try {
      storage.setItem(storageKey, JSON.stringify(kept));
    } catch {
      // Too large for the browser, or storage is refused: the edits live on in the page.
      storage.removeItem(storageKey);
    }
  }
}
