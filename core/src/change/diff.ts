import type { Flag, FlagConfig, Rule, Segment, SegmentConfig, SegmentRule, Serve } from '../model/model.ts';
import { diffMembers, diffTargets } from './diff-keys.ts';
import { diffRules, type RuleDiff } from './diff-rules.ts';
import type {
  ConfigInstruction,
  RuleInput,
  SegmentConfigInstruction,
  SegmentInstruction,
  ServeInput,
} from './instructions.ts';
import { isSame } from './same.ts';
import { resplit, serveOf } from './serving.ts';
import { serveWithoutArms } from './without-arms.ts';

/**
 * Instructions that lead from one configuration to another, allocations included; empty when they say the same.
 * A kill is brought back with its reason; when and by whom is told anew. The first kill's record stays. Arms are never
 * brought back: they belong to a rollout that was under way then.
 */
export function diffConfig(flag: Flag, before: FlagConfig, after: FlagConfig): readonly ConfigInstruction[] {
  return [
    ...(before.killed !== null && after.killed === null ? [{ kind: 'restore' } as const] : []),
    ...(before.killed === null && after.killed !== null
      ? [{ kind: 'kill', reason: after.killed.reason } as const]
      : []),
    ...(before.on === after.on ? [] : [{ kind: after.on ? 'turn-on' : 'turn-off' } as const]),
    ...(before.offVariation === after.offVariation
      ? []
      : [{ kind: 'set-off-variation', variation: after.offVariation } as const]),
    ...(isSame(before.prerequisites, after.prerequisites)
      ? []
      : [{ kind: 'set-prerequisites', prerequisites: after.prerequisites } as const]),
    ...diffTargets(before.targets, after.targets),
    ...diffRules(before.rules, after.rules, flagRules(flag)),
    ...diffServe(flag, before.fallthrough, after.fallthrough, 'fallthrough', (serve) => ({
      kind: 'set-fallthrough',
      serve,
    })),
  ];
}

function flagRules(flag: Flag): RuleDiff<Rule, ConfigInstruction> {
  return {
    add: ({ id, name, clauses, serve }, index) => {
      const rule: RuleInput = { id, name, clauses, serve: inputOf(serve) };
      return [
        { kind: 'add-rule', rule, index },
        ...settleAllocation(serveAfter(flag, inputOf(serve), null), serve, id),
      ];
    },
    remove: (ruleId) => ({ kind: 'remove-rule', ruleId }),
    move: (ruleId, index) => ({ kind: 'move-rule', ruleId, index }),
    update: (before, after) => {
      const fields = {
        ...(before.name === after.name ? {} : { name: after.name }),
        ...(isSame(before.clauses, after.clauses) ? {} : { clauses: after.clauses }),
      };
      const update = { kind: 'update-rule', ruleId: after.id } as const;
      return [
        ...(Object.keys(fields).length === 0 ? [] : [{ ...update, ...fields }]),
        ...diffServe(flag, before.serve, after.serve, after.id, (serve) => ({ ...update, serve })),
      ];
    },
  };
}

/** How to serve something else at one place; `replace` writes it anew, percentages alone are a `set-split`. */
function diffServe(
  flag: Flag,
  before: Serve,
  after: Serve,
  at: string,
  replace: (serve: ServeInput) => ConfigInstruction,
): readonly ConfigInstruction[] {
  if (isSame(before, after)) return [];
  const wanted = serveWithoutArms(after);
  if (isSame(before, wanted)) return [];
  if ('variation' in wanted || !canResplit(before, wanted)) {
    const input = inputOf(wanted);
    return [replace(input), ...settleAllocation(serveAfter(flag, input, before), wanted, at)];
  }
  const { weights, allocation, by, salt } = wanted.split;
  const kept = 'split' in before ? before.split : undefined;
  const split = {
    weights,
    ...(by === undefined || isSame(by, kept?.by) ? {} : { by }),
    ...(salt === undefined || salt === kept?.salt ? {} : { salt }),
  };
  const result = resplit(flag, split, before);
  const isExact = result.kind === 'applied' && isSame(result.document, wanted);
  return [{ kind: 'set-split', at, ...split, ...(isExact ? {} : { allocation }) }];
}

/** `set-split` keeps whom a split hashes and its salt: it cannot take them away. */
function canResplit(before: Serve, after: Extract<Serve, { split: unknown }>): boolean {
  if ('variation' in before) return true;
  const { by, salt } = before.split;
  return (by === undefined || after.split.by !== undefined) && (salt === undefined || after.split.salt !== undefined);
}

/** Writes the allocation too, where the one that weights alone lead to is another. */
function settleAllocation(reached: Serve | null, wanted: Serve, at: string): readonly ConfigInstruction[] {
  if ('variation' in wanted || isSame(reached, serveWithoutArms(wanted))) return [];
  const { weights, allocation } = wanted.split;
  return [{ kind: 'set-split', at, weights, allocation }];
}

function serveAfter(flag: Flag, input: ServeInput, present: Serve | null): Serve | null {
  const served = serveOf(flag, input, present, '');
  return served.kind === 'applied' ? served.document : null;
}

function inputOf(serve: Serve): ServeInput {
  if ('variation' in serve) return serve;
  const { allocation: _, arms: __, ...input } = serve.split;
  return { split: input };
}

/** Instructions for who belongs to a segment. */
export function diffSegmentConfig(before: SegmentConfig, after: SegmentConfig): readonly SegmentConfigInstruction[] {
  return [
    ...diffMembers('included', before.included, after.included),
    ...diffMembers('excluded', before.excluded, after.excluded),
    ...diffRules(before.rules, after.rules, segmentRules),
  ];
}

const segmentRules: RuleDiff<SegmentRule, SegmentConfigInstruction> = {
  add: (rule, index) => [{ kind: 'add-rule', rule, index }],
  remove: (ruleId) => ({ kind: 'remove-rule', ruleId }),
  move: (ruleId, index) => ({ kind: 'move-rule', ruleId, index }),
  update: (before, after, index) => {
    const loses =
      (before.by !== undefined && after.by === undefined) || (before.salt !== undefined && after.salt === undefined);
    // An update cannot take `by` or `salt` away.
    if (loses)
      return [
        { kind: 'remove-rule', ruleId: before.id },
        { kind: 'add-rule', rule: after, index },
      ];
    return [
      {
        kind: 'update-rule',
        ruleId: after.id,
        ...(before.name === after.name ? {} : { name: after.name }),
        ...(isSame(before.clauses, after.clauses) ? {} : { clauses: after.clauses }),
        ...(before.share === after.share ? {} : { share: after.share ?? null }),
        ...(after.by === undefined || isSame(before.by, after.by) ? {} : { by: after.by }),
        ...(after.salt === undefined || before.salt === after.salt ? {} : { salt: after.salt }),
      },
    ];
  },
};

export function diffSegment(before: Segment, after: Segment): readonly SegmentInstruction[] {
  return [
    ...(before.name === after.name ? [] : [{ kind: 'rename', name: after.name } as const]),
    ...(before.description === after.description
      ? []
      : [{ kind: 'describe', description: after.description } as const]),
  ];
}
