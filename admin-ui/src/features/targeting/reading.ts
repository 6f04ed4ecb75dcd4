import type { Flag, FlagConfig, Prerequisite, Rule } from '@glidepath/core';
import { applyToConfig, type ChangeProblem, type ConfigInstruction, diffConfig, isSame } from '@glidepath/core/change';
import { clausesOf, problemsOfConditions, type RuleProblem } from '../rules/rule-draft.ts';
import { type FlagRuleDraft, ruleDraftOf, type TargetingDraft, targetNameOf } from './draft.ts';
import { targetingMessages } from './messages.ts';
import { type Place, type PlacedProblem, placeOf } from './problem-place.ts';
import { problemsOfServe, type ServeDraft, saysTheSame, serveInputOf } from './serve-draft.ts';

const m = targetingMessages.needs;

/** What a draft asks for. */
export type DraftReading =
  | { readonly kind: 'unchanged' }
  | { readonly kind: 'invalid'; readonly problems: readonly PlacedProblem[] }
  | { readonly kind: 'changed'; readonly instructions: readonly ConfigInstruction[]; readonly after: FlagConfig };

/** The fewest instructions that lead from the configuration to the draft, or why there are none. */
export function readDraft(flag: Flag, config: FlagConfig, draft: TargetingDraft): DraftReading {
  const problems = [
    ...(draft.rules ?? []).flatMap((rule) => problemsOfRule(flag, config, rule)),
    ...(draft.prerequisites ?? []).flatMap(problemsOfPrerequisite),
    ...(draft.fallthrough ? problemsOfServePlace('fallthrough', draft.fallthrough) : []),
  ];
  if (problems.length > 0) return { kind: 'invalid', problems };
  const wanted = wantedOf(flag, config, draft);
  const applied = applyToConfig(flag, config, wanted, FACTS);
  if (applied.kind === 'refused') return { kind: 'invalid', problems: placed(applied.problems, wanted) };
  const after = inOrderOf(applied.document, draft);
  const instructions = diffConfig(flag, config, after);
  return instructions.length === 0 ? { kind: 'unchanged' } : { kind: 'changed', instructions, after };
}

/** Nothing that is recorded depends on them here: the server applies the instructions again. */
const FACTS = { now: 0, actor: '', origin: 'ui', newId: () => '' } as const;

/** A rule that is as it was saved is nobody's fault here. */
function problemsOfRule(flag: Flag, config: FlagConfig, rule: FlagRuleDraft): readonly PlacedProblem[] {
  const saved = savedRule(config, rule.id);
  if (saved !== undefined && isSame(ruleDraftOf(saved, flag), rule)) return [];
  const place: Place = { rule: rule.id };
  const ofConditions = problemsOfConditions(rule).map((problem: RuleProblem) => ({ place, ...problem }));
  return [...ofConditions, ...problemsOfServePlace(place, rule.serve)];
}

function problemsOfPrerequisite({ flag, variations }: Prerequisite, index: number): readonly PlacedProblem[] {
  const place = 'prerequisites';
  if (flag === '') return [{ place, pointer: `/${index}/flag`, detail: m.chooseFlag }];
  return variations.length === 0 ? [{ place, pointer: `/${index}/variations`, detail: m.choose }] : [];
}

function problemsOfServePlace(place: Place, serve: ServeDraft): readonly PlacedProblem[] {
  return problemsOfServe(serve).map(({ part, detail }) => ({ place, pointer: `/serve/${part}`, detail }));
}

/** Everything that the draft says, whether or not it is so already. */
function wantedOf(flag: Flag, config: FlagConfig, draft: TargetingDraft): readonly ConfigInstruction[] {
  const isOn = draft.on ?? config.on;
  const { offVariation, prerequisites, fallthrough } = draft;
  const serve = fallthrough && !saysTheSame(fallthrough, config.fallthrough, flag) ? serveInputOf(fallthrough) : null;
  return [
    { kind: isOn ? 'turn-on' : 'turn-off' },
    ...(offVariation === undefined ? [] : [{ kind: 'set-off-variation', variation: offVariation } as const]),
    ...(prerequisites === undefined ? [] : [{ kind: 'set-prerequisites', prerequisites } as const]),
    ...Object.entries(draft.targets).map(([id, keys]) => ({ kind: 'set-targets', ...targetNameOf(id), keys }) as const),
    ...(draft.rules === undefined ? [] : wantedRules(flag, config, draft.rules)),
    ...(serve === null ? [] : [{ kind: 'set-fallthrough', serve } as const]),
  ];
}

function wantedRules(flag: Flag, config: FlagConfig, rules: readonly FlagRuleDraft[]): readonly ConfigInstruction[] {
  const wanted = new Set(rules.map(({ id }) => id));
  return [
    ...config.rules.filter(({ id }) => !wanted.has(id)).map(({ id }) => ({ kind: 'remove-rule', ruleId: id }) as const),
    ...rules.flatMap((rule) => wantedRule(flag, savedRule(config, rule.id), rule)),
  ];
}

function wantedRule(flag: Flag, saved: Rule | undefined, rule: FlagRuleDraft): readonly ConfigInstruction[] {
  const { id, name } = rule;
  const clauses = clausesOf(rule.clauses, saved?.clauses ?? []);
  const serve = serveInputOf(rule.serve);
  if (saved === undefined) return serve === null ? [] : [{ kind: 'add-rule', rule: { id, name, clauses, serve } }];
  if (isSame(ruleDraftOf(saved, flag), rule)) return [];
  const isServed = serve === null || saysTheSame(rule.serve, saved.serve, flag);
  return [{ kind: 'update-rule', ruleId: id, name, clauses, ...(isServed ? {} : { serve }) }];
}

/** Where rules stand is compared by the difference itself, which moves as few as can be. */
function inOrderOf(config: FlagConfig, { rules }: TargetingDraft): FlagConfig {
  if (rules === undefined) return config;
  return { ...config, rules: rules.flatMap(({ id }) => savedRule(config, id) ?? []) };
}

function savedRule(config: FlagConfig, id: string): Rule | undefined {
  return config.rules.find((rule) => rule.id === id);
}

function placed(
  problems: readonly ChangeProblem[],
  instructions: readonly ConfigInstruction[],
): readonly PlacedProblem[] {
  return problems.map(({ pointer, detail }) => ({ ...placeOf(`/instructions${pointer}`, instructions, []), detail }));
}
