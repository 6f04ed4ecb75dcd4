import type { Flag, FlagConfig, Prerequisite, Rule } from '@glidepath/core';
import { isSame } from '@glidepath/core/change';
import { clauseDraftOf, type RuleDraft } from '../rules/rule-draft.ts';
import { mergeRules } from '../rules/rule-order.ts';
import { type ServeDraft, serveDraftOf } from './serve-draft.ts';

export type FlagRuleDraft = RuleDraft<ServeDraft>;

/** Edits of one environment's configuration: only what was touched, so that they also fit a newer revision. */
export interface TargetingDraft {
  readonly on?: boolean;
  readonly offVariation?: string;
  readonly prerequisites?: readonly Prerequisite[];
  /** Keys by `targetId`. */
  readonly targets: Readonly<Record<string, readonly string[]>>;
  /** All rules, once one of them was touched. */
  readonly rules?: readonly FlagRuleDraft[];
  readonly fallthrough?: ServeDraft;
}

export const NO_EDITS: TargetingDraft = { targets: {} };

export interface TargetName {
  readonly contextKind: string;
  readonly variation: string;
}

/** Names a target in a draft; neither part may contain a tab. */
export const targetId = ({ contextKind, variation }: TargetName): string => `${contextKind}\t${variation}`;

export function targetNameOf(id: string): TargetName {
  const [contextKind = '', variation = ''] = id.split('\t');
  return { contextKind, variation };
}

export function keysOfTarget(config: FlagConfig, { contextKind, variation }: TargetName): readonly string[] {
  const target = config.targets.find((one) => one.variation === variation && one.contextKind === contextKind);
  return target?.keys ?? [];
}

/** The edited keys with other ones for a target. A key has one variation per kind: what comes in leaves the others. */
export function withTargetKeys(
  config: FlagConfig,
  edited: TargetingDraft['targets'],
  target: TargetName,
  keys: readonly string[],
): TargetingDraft['targets'] {
  const taken = new Set(keys);
  const saved = config.targets.map(targetId);
  const others = [...new Set([...saved, ...Object.keys(edited)])].filter(
    (id) => id !== targetId(target) && targetNameOf(id).contextKind === target.contextKind,
  );
  const thinned = others.flatMap((id) => {
    const present = edited[id] ?? keysOfTarget(config, targetNameOf(id));
    const left = present.filter((key) => !taken.has(key));
    return left.length === present.length ? [] : [[id, left] as const];
  });
  return { ...edited, ...Object.fromEntries(thinned), [targetId(target)]: keys };
}

export function ruleDraftOf(rule: Rule, flag: Pick<Flag, 'variations'>): FlagRuleDraft {
  const { id, name, clauses, serve } = rule;
  return { id, name, clauses: clauses.map(clauseDraftOf), serve: serveDraftOf(serve, flag) };
}

export function ruleDraftsOf({ rules }: Pick<FlagConfig, 'rules'>, flag: Pick<Flag, 'variations'>) {
  return rules.map((rule) => ruleDraftOf(rule, flag));
}

/**
 * The same edits on top of what somebody else has saved. Rules are merged one by one; of everything else, what was
 * touched here stays as it was touched.
 */
export function rebased(
  draft: TargetingDraft,
  { base, live, flag }: { readonly base: FlagConfig; readonly live: FlagConfig; readonly flag: Flag },
): TargetingDraft {
  if (draft.rules === undefined) return draft;
  const lists = { base: ruleDraftsOf(base, flag), theirs: ruleDraftsOf(live, flag), mine: draft.rules };
  return { ...draft, rules: mergeRules(lists, isSame) };
}
