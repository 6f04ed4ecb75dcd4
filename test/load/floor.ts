import { bucketOf, type FlagItem, type Scalar, type SplitBody, seedOf } from '@glidepath/core';

interface FloorFlag {
  readonly values: readonly unknown[];
  readonly attribute: string;
  readonly wanted: ReadonlySet<Scalar>;
  readonly served: number;
  readonly ranges: SplitBody['ranges'];
  readonly seed: number;
}

/** The least that any evaluator has to do for one rule and a split: no checks, no reasons, no other kinds of flags. */
export function openFloor(items: readonly FlagItem[]): (key: string, context: Record<string, unknown>) => unknown {
  const flags = new Map(items.map((item): [string, FloorFlag] => [item.key, compile(item)]));
  return (key, context) => {
    const flag = flags.get(key);
    if (flag === undefined) return undefined;
    if (flag.wanted.has(context[flag.attribute] as Scalar)) return flag.values[flag.served];
    const bucket = bucketOf(flag.seed, context['key'] as string);
    for (const [to, variation] of flag.ranges) if (bucket < to) return flag.values[variation];
    return undefined;
  };
}

function compile({ body }: FlagItem): FloorFlag {
  const [rule] = body.rules;
  const [clause] = rule?.clauses ?? [];
  if (!(rule && clause && 'variation' in rule.serve && 'split' in body.fallthrough)) throw new Error('not this shape');
  return {
    values: body.variations.map((variation) => variation.value),
    attribute: clause.attribute,
    wanted: new Set(clause.values),
    served: rule.serve.variation,
    ranges: body.fallthrough.split.ranges,
    seed: seedOf(body.salt),
  };
}
