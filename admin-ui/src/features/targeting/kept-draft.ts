import type { Flag } from '@glidepath/core';
import type { FlagConfigView } from '@glidepath/server/api-types';
import { useCallback, useState } from 'react';
import { configOf } from '../../lib/flag-model.ts';
import { readKept, useKept, writeKept } from '../../lib/kept.ts';
import { NO_EDITS, rebased, type TargetingDraft } from './draft.ts';

/** A draft with the state that it was made on. */
export interface KeptDraft {
  readonly draft: TargetingDraft;
  readonly base: FlagConfigView;
}

export interface DraftKeeper {
  readonly kept: KeptDraft | null;
  /** Edits that another tab, or this one before it was closed, has left behind. */
  readonly offered: KeptDraft | null;
  keep(draft: TargetingDraft): void;
  /** Forgets the edits, and those that are offered. */
  discard(): void;
  /** The same edits on top of what is live now. */
  rebase(): void;
  /** Continues with the edits that are offered. */
  take(): void;
}

/**
 * Keeps the edits of one configuration: in this tab over a reload or a lost session, and in this browser over a crash.
 * What is found in the browser only is offered, since another tab may still be at it.
 */
export function useKeptDraft(storageKey: string, live: FlagConfigView, flag: Flag): DraftKeeper {
  const [kept, keep] = useKept<KeptDraft>(storageKey);
  const [offered, setOffered] = useState<KeptDraft | null>(() =>
    kept === null ? readKept(localStorage, storageKey) : null,
  );
  const store = useCallback(
    (next: KeptDraft | null) => {
      const edited = next?.draft === NO_EDITS ? null : next;
      keep(edited);
      writeKept(localStorage, storageKey, edited);
      setOffered(null);
    },
    [keep, storageKey],
  );
  return {
    kept,
    offered,
    keep: (draft) => store({ draft, base: kept?.base ?? live }),
    discard: () => store(null),
    rebase: () => kept && store({ draft: rebased(kept.draft, basesOf(kept, live, flag)), base: live }),
    take: () => store(offered),
  };
}

function basesOf(kept: KeptDraft, live: FlagConfigView, flag: Flag) {
  return { base: configOf(kept.base), live: configOf(live), flag };
}
