import type { BucketBy, SegmentRule } from '@glidepath/core';
import { diffSegmentConfig, type SegmentConfigInstruction } from '@glidepath/core/change';
import { formatPercentage, parsePercentage } from '../../lib/percentages.ts';
import {
  clauseDraftOf,
  clausesOf,
  problemsOfConditions,
  type RuleDraft,
  type RuleProblem,
} from '../rules/rule-draft.ts';

/** Whom of those who match a rule takes in, while it is edited: the percentage stays the text that was typed. */
export type ShareDraft =
  | { readonly kind: 'all' }
  | { readonly kind: 'share'; readonly text: string; readonly by: BucketBy; readonly salt: string };

export type SegmentRuleDraft = RuleDraft<ShareDraft>;

/** What a share hashes where nothing else is said. */
export const BY_USER_KEY: BucketBy = { contextKind: 'user', attribute: 'key' };

export const ALL: ShareDraft = { kind: 'all' };
export const TENTH: ShareDraft = { kind: 'share', text: '10', by: BY_USER_KEY, salt: '' };

export function ruleDraftsOf(rules: readonly SegmentRule[]): readonly SegmentRuleDraft[] {
  return rules.map(({ id, name, clauses, share, by = BY_USER_KEY, salt = '' }) => ({
    id,
    name,
    clauses: clauses.map(clauseDraftOf),
    serve: share === undefined ? ALL : { kind: 'share', text: formatPercentage(share), by, salt },
  }));
}

/** Why a rule cannot be saved. A share of everyone needs no condition. */
export function problemsOfRule(rule: SegmentRuleDraft): readonly RuleProblem[] {
  if (rule.clauses.length > 0) return problemsOfConditions(rule);
  if (rule.serve.kind === 'share') return [];
  return [{ pointer: '/clauses', detail: 'A rule needs a condition, or takes a share of everyone.' }];
}

/** Why a share cannot be saved; null if it can. */
export function problemOfShare(serve: ShareDraft): 'percentage' | 'attribute' | 'kind' | null {
  if (serve.kind === 'all') return null;
  if (parsePercentage(serve.text) === null) return 'percentage';
  if (serve.by.contextKind.trim() === '') return 'kind';
  return serve.by.attribute.trim() === '' ? 'attribute' : null;
}

export type RulesReading =
  | { readonly kind: 'unchanged' }
  | { readonly kind: 'invalid' }
  | {
      readonly kind: 'changed';
      readonly instructions: readonly SegmentConfigInstruction[];
      readonly rules: readonly SegmentRule[];
    };

/** What drafts ask for: the fewest instructions that lead from the saved rules to them. */
export function readRules(saved: readonly SegmentRule[], drafts: readonly SegmentRuleDraft[]): RulesReading {
  const isWrong = (draft: SegmentRuleDraft) => problemsOfRule(draft).length > 0 || problemOfShare(draft.serve) !== null;
  if (drafts.some(isWrong)) return { kind: 'invalid' };
  const rules = drafts.map((draft) =>
    ruleOf(
      draft,
      saved.find(({ id }) => id === draft.id),
    ),
  );
  const without = { included: [], excluded: [] };
  const instructions = diffSegmentConfig({ ...without, rules: saved }, { ...without, rules });
  return instructions.length === 0 ? { kind: 'unchanged' } : { kind: 'changed', instructions, rules };
}

function ruleOf({ id, name, clauses, serve }: SegmentRuleDraft, saved: SegmentRule | undefined): SegmentRule {
  const rule = { id, name, clauses: clausesOf(clauses, saved?.clauses ?? []) };
  if (serve.kind === 'all') return rule;
  // What is so by default is said only where it was said before.
  const isDefault = isSameBy(serve.by, BY_USER_KEY) && saved?.by === undefined;
  return {
    ...rule,
    share: parsePercentage(serve.text) ?? 0,
    ...(isDefault ? {} : { by: serve.by }),
    ...(serve.salt === '' ? {} : { salt: serve.salt }),
  };
}

const isSameBy = (a: BucketBy, b: BucketBy) => a.contextKind === b.contextKind && a.attribute === b.attribute;
