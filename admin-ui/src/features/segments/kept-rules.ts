import type { SegmentConfigView } from '@glidepath/server/api-types';
import { useState } from 'react';
import { type RulesReading, readRules, ruleDraftsOf, type SegmentRuleDraft } from './rules-draft.ts';

/** Edited rules with the state that they were made on. */
export interface KeptRules {
  readonly drafts: readonly SegmentRuleDraft[];
  readonly base: Pick<SegmentConfigView, 'rules' | 'belongs' | 'revision'>;
  /** The revision that the edits are to be saved on: later than the base once somebody else's change was accepted. */
  readonly onTopOf: number;
}

export interface RulesKeeper {
  readonly kept: KeptRules | null;
  keep(drafts: readonly SegmentRuleDraft[]): void;
  /** Forgets the edits. */
  discard(): void;
  /** The same edits on top of what is live now. */
  rebase(): void;
}

/** Keeps the edits of the rules of one definition in this tab: a reload, a crash or a lost session does not lose them. */
export function useKeptRules(storageKey: string, live: SegmentConfigView): RulesKeeper {
  const [kept, setKept] = useState<KeptRules | null>(() => readKept(storageKey));
  function store(next: KeptRules | null) {
    if (next === null) sessionStorage.removeItem(storageKey);
    else sessionStorage.setItem(storageKey, JSON.stringify(next));
    setKept(next);
  }
  const base = kept?.base ?? { rules: live.rules, belongs: live.belongs, revision: live.revision };
  return {
    kept,
    keep: (drafts) => store({ drafts, base, onTopOf: kept?.onTopOf ?? live.revision }),
    discard: () => store(null),
    rebase: () => store({ drafts: kept?.drafts ?? ruleDraftsOf(live.rules), base, onTopOf: live.revision }),
  };
}

/** The rules as the page shows them: saved ones, or what they are edited to. */
export interface EditedRules {
  readonly base: KeptRules['base'];
  readonly drafts: readonly SegmentRuleDraft[];
  readonly reading: RulesReading;
  /** Whether somebody else has saved since the edits began. */
  readonly hasConflict: boolean;
}

export function editedRules(kept: KeptRules | null, live: SegmentConfigView): EditedRules {
  if (kept === null) {
    return { base: live, drafts: ruleDraftsOf(live.rules), reading: { kind: 'unchanged' }, hasConflict: false };
  }
  const reading = readRules(kept.base.rules, kept.drafts);
  const hasConflict = kept.onTopOf !== live.revision && reading.kind !== 'unchanged';
  return { base: kept.base, drafts: kept.drafts, reading, hasConflict };
}

function readKept(storageKey: string): KeptRules | null {
  const text = sessionStorage.getItem(storageKey);
  return text === null ? null : (JSON.parse(text) as KeptRules);
}
