import { BUCKETS } from '../model/keys.ts';
import { LIMITS } from '../model/limits.ts';
import type {
  BucketBy,
  Flag,
  FlagConfig,
  MemberList,
  Rule,
  SegmentConfig,
  SegmentRule,
  Serve,
} from '../model/model.ts';
import { problemsOfClauses, problemsOfContextKind } from './clauses.ts';
import type { EnvironmentView, FlagInEnvironment, SegmentInEnvironment } from './facts.ts';
import { flagBodyOf, segmentBodyOf } from './item.ts';
import { type ChangeProblem, problem } from './problem.ts';
import { problemsOfReferences, type Touched } from './references.ts';
import { problemsOfRuleId } from './rule-list.ts';
import { allocationProblems } from './serving.ts';
import { bytesOf } from './size.ts';
import { segmentsOf } from './uses.ts';
import { type Checks, tooLarge } from './validate-flag.ts';
import { problemsOfVariation, problemsOfWeights } from './weights.ts';
import { code, grouped, oneOf } from './words.ts';

/**
 * What is wrong, beyond shape, with the touched documents of an environment and with what they refer to.
 * Pointers lead into the view: `/flags/new-checkout/rules/0/clauses/1/values`. What nobody touched is not looked at,
 * so that a fault elsewhere never stands in the way.
 */
export function validateEnvironment(
  view: EnvironmentView,
  touched: Touched,
  checks: Checks = {},
): readonly ChangeProblem[] {
  return [
    ...problemsOfCount(view),
    ...touched.flags.flatMap((key) => problemsOfFlag(view, key, checks)),
    ...touched.segments.flatMap((key) => problemsOfSegment(view, key, checks)),
    ...problemsOfReferences(view, touched),
  ];
}

function problemsOfFlag(view: EnvironmentView, key: string, checks: Checks): readonly ChangeProblem[] {
  const found = view.flags.get(key);
  if (found === undefined) return [];
  const { flag, config } = found;
  const problems = [
    ...problemsOfVariation(flag, config.offVariation, '/offVariation'),
    ...problemsOfPrerequisites(view, config),
    ...problemsOfTargets(flag, config),
    ...problemsOfRules(view, config.rules, checks),
    ...config.rules.flatMap((rule, index) => problemsOfServe(flag, rule.serve, `/rules/${index}/serve`)),
    ...problemsOfServe(flag, config.fallthrough, '/fallthrough'),
  ];
  // What refers to nothing cannot be compiled, so its size is only known once the rest is right.
  return under(`/flags/${key}`, problems.length > 0 ? problems : problemsOfFlagSize(found));
}

function problemsOfSegment(view: EnvironmentView, key: string, checks: Checks): readonly ChangeProblem[] {
  const found = view.segments.get(key);
  if (found === undefined) return [];
  const { config } = found;
  const problems = [
    ...problemsOfMembers(config.included, '/included'),
    ...problemsOfMembers(config.excluded, '/excluded'),
    ...problemsOfRules(view, config.rules, checks),
    ...config.rules.flatMap((rule, index) => problemsOfShare(rule, `/rules/${index}`)),
  ];
  return under(`/segments/${key}`, problems.length > 0 ? problems : problemsOfSegmentSize(found));
}

function problemsOfPrerequisites(view: EnvironmentView, config: FlagConfig): readonly ChangeProblem[] {
  return config.prerequisites.flatMap((needed, index) => {
    const at = `/prerequisites/${index}`;
    const flag = view.flags.get(needed.flag)?.flag;
    if (flag === undefined)
      return [
        problem('unknown-flag', `${at}/flag`, `There is no flag ${code(needed.flag)}. Create it, or leave it out.`),
      ];
    if (flag.archivedAt !== null)
      return [
        problem('archived', `${at}/flag`, `Flag ${code(needed.flag)} is archived. Unarchive it, or leave it out.`),
      ];
    if (config.prerequisites.findIndex((other) => other.flag === needed.flag) < index)
      return [problem('duplicate', `${at}/flag`, `Flag ${code(needed.flag)} is named twice. Join their variations.`)];
    if (needed.variations.length === 0)
      return [
        problem(
          'invalid',
          `${at}/variations`,
          `Name at least one variation of ${code(needed.flag)} that satisfies it.`,
        ),
      ];
    return needed.variations.flatMap((variation, place) =>
      problemsOfVariation(flag, variation, `${at}/variations/${place}`),
    );
  });
}

function problemsOfTargets(flag: Flag, config: FlagConfig): readonly ChangeProblem[] {
  const owners = new Map<string, string>();
  return config.targets.flatMap(({ variation, contextKind, keys }, index) => {
    const at = `/targets/${index}`;
    const twice = keys.find((key) => owners.has(`${contextKind}\t${key}`));
    for (const key of keys) owners.set(`${contextKind}\t${key}`, variation);
    return [
      ...problemsOfVariation(flag, variation, `${at}/variation`),
      ...problemsOfContextKind(contextKind, `${at}/contextKind`),
      ...(twice === undefined
        ? []
        : [problem('duplicate', `${at}/keys`, `The ${contextKind} ${code(twice)} has two targets. Keep one of them.`)]),
    ];
  });
}

function problemsOfRules(
  view: EnvironmentView,
  rules: readonly (Rule | SegmentRule)[],
  checks: Checks,
): readonly ChangeProblem[] {
  const tooMany = `There are ${grouped(rules.length)} rules. At most ${LIMITS.rulesPerFlag} are allowed: use a segment.`;
  return [
    ...(rules.length > LIMITS.rulesPerFlag ? [problem('limit', '/rules', tooMany)] : []),
    ...rules.flatMap(({ id, clauses }, index) => {
      const at = `/rules/${index}`;
      const isTwice = rules.findIndex((other) => other.id === id) < index;
      return [
        ...problemsOfRuleId(id, `${at}/id`),
        ...(isTwice ? [problem('duplicate', `${at}/id`, `There are two rules ${code(id)}. Choose another id.`)] : []),
        ...problemsOfClauses(clauses, `${at}/clauses`, checks),
        ...segmentsOf(clauses)
          .filter((segment) => !view.segments.has(segment))
          .map((segment) => unknownSegment(view, segment, `${at}/clauses`)),
      ];
    }),
  ];
}

function problemsOfServe(flag: Flag, serve: Serve, pointer: string): readonly ChangeProblem[] {
  if ('variation' in serve) return problemsOfVariation(flag, serve.variation, `${pointer}/variation`);
  const at = `${pointer}/split`;
  const weights = problemsOfWeights(flag, serve.split.weights, `${at}/weights`);
  if (weights.length > 0) return weights;
  return [
    ...allocationProblems(serve.split.allocation, serve.split.weights, `${at}/allocation`),
    ...problemsOfHow(serve.split, at),
  ];
}

function problemsOfShare(rule: SegmentRule, pointer: string): readonly ChangeProblem[] {
  const { share } = rule;
  const isShare = share === undefined || (Number.isInteger(share) && share >= 0 && share <= BUCKETS);
  return [
    ...(isShare
      ? []
      : [problem('weights', `${pointer}/share`, `The share is ${share}. Give a whole number from 0 to 100,000.`)]),
    ...problemsOfHow(rule, pointer),
  ];
}

function problemsOfHow(how: { readonly by?: BucketBy; readonly salt?: string }, pointer: string): ChangeProblem[] {
  const { by, salt } = how;
  return [
    ...(by === undefined ? [] : problemsOfContextKind(by.contextKind, `${pointer}/by/contextKind`)),
    ...(by?.attribute === '' ? [problem('invalid', `${pointer}/by/attribute`, 'Name the attribute to split by.')] : []),
    ...(salt === '' ? [problem('invalid', `${pointer}/salt`, 'The salt is empty. Give a text, or leave it out.')] : []),
  ];
}

function problemsOfMembers(lists: readonly MemberList[], pointer: string): readonly ChangeProblem[] {
  return lists.flatMap(({ contextKind }, index) => {
    const isTwice = lists.findIndex((other) => other.contextKind === contextKind) < index;
    const at = `${pointer}/${index}/contextKind`;
    return [
      ...problemsOfContextKind(contextKind, at),
      ...(isTwice ? [problem('duplicate', at, `There are two lists of kind ${code(contextKind)}. Join them.`)] : []),
    ];
  });
}

function problemsOfFlagSize({ flag, config }: FlagInEnvironment): readonly ChangeProblem[] {
  const bytes = bytesOf(JSON.stringify(flagBodyOf(flag, config)));
  if (bytes <= LIMITS.flagItemBytes) return [];
  return [
    problem('limit', '', `${tooLarge('compiled flag', bytes, LIMITS.flagItemBytes)} Move keys or values to a segment.`),
  ];
}

function problemsOfSegmentSize({ segment, config }: SegmentInEnvironment): readonly ChangeProblem[] {
  const keys = memberCount(config);
  if (keys > LIMITS.segmentKeys)
    return [
      problem(
        'limit',
        '',
        `The segment has ${grouped(keys)} keys. At most ${grouped(LIMITS.segmentKeys)} are allowed.`,
      ),
    ];
  const bytes = bytesOf(JSON.stringify(segmentBodyOf(segment, config)));
  return bytes > LIMITS.segmentItemBytes
    ? [problem('limit', '', tooLarge('compiled segment', bytes, LIMITS.segmentItemBytes))]
    : [];
}

function memberCount({ included, excluded }: SegmentConfig): number {
  return [...included, ...excluded].reduce((total, list) => total + list.keys.length, 0);
}

function unknownSegment(view: EnvironmentView, segment: string, pointer: string): ChangeProblem {
  const known = [...view.segments.keys()].slice(0, 10);
  const mend = known.length === 0 ? 'Create it first.' : `Create it, or use ${oneOf(known)}.`;
  return problem('unknown-segment', pointer, `There is no segment ${code(segment)}. ${mend}`);
}

/** Archived flags do not count: they leave the payload by themselves. */
function problemsOfCount({ environment, flags, segments }: EnvironmentView): readonly ChangeProblem[] {
  if (flags.size + segments.size <= LIMITS.payloadItems) return [];
  const live = [...flags.values()].filter(({ flag }) => flag.archivedAt === null).length + segments.size;
  if (live <= LIMITS.payloadItems) return [];
  const most = grouped(LIMITS.payloadItems);
  return [
    problem(
      'limit',
      '',
      `Environment ${code(environment)} has ${grouped(live)} flags and segments. At most ${most} are allowed.`,
    ),
  ];
}

function under(prefix: string, problems: readonly ChangeProblem[]): readonly ChangeProblem[] {
  return problems.map((found) => ({ ...found, pointer: `${prefix}${found.pointer}` }));
}
