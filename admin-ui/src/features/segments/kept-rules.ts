import type { SegmentConfigView } from '@glidepath/server/api-types';
import { useKept } from '../../lib/kept.ts';
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
  const [kept, store] = useKept<KeptRules>(storageKey);
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
  /** The revision that they are to be saved on. */
  readonly onTopOf: number;
  readonly drafts: readonly SegmentRuleDraft[];
  readonly reading: RulesReading;
  /** Whether somebody else has saved since the edits began. */
  readonly hasConflict: boolean;
}

export function editedRules(kept: KeptRules | null, live: SegmentConfigView): EditedRules {
  if (kept === null) {
    const drafts = ruleDraftsOf(live.rules);
    return { base: live, onTopOf: live.revision, drafts, reading: { kind: 'unchanged' }, hasConflict: false };
  }
  const reading = readRules(kept.base.rules, kept.drafts);
  const hasConflict = kept.onTopOf !== live.revision && reading.kind !== 'unchanged';
  return { base: kept.base, onTopOf: kept.onTopOf, drafts: kept.drafts, reading, hasConflict };
}
