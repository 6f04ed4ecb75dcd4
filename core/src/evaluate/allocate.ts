import { BUCKETS } from '../model/keys.ts';
import type { Allocation, BucketRange, Weights } from '../model/model.ts';

/** The layout of a split that has none: variations in their order, side by side. Weights must sum to 100,000. */
export function canonicalAllocation(weights: Weights, order: readonly string[]): Allocation {
  const ranges: BucketRange[] = [];
  let from = 0;
  for (const variation of order) {
    const to = from + weightOf(weights, variation);
    if (to > from) ranges.push({ from, to, variation });
    from = to;
  }
  return ranges;
}

/**
 * The allocation for new weights that moves the fewest buckets away from `present`.
 *
 * Exactly `sum(max(0, new - old))` buckets change owner: who grows keeps all, who stays keeps exactly its own, and who
 * shrinks gives up no more than it must. Buckets that the canonical layout gives to a growing variation go first, so two
 * variations always lie side by side and a ramp down and up again brings back the same people.
 */
export function nextAllocation(present: Allocation, weights: Weights, order: readonly string[]): Allocation {
  const canonical = canonicalAllocation(weights, order);
  const owned = bucketsByVariation(present);
  const growing = new Map(order.map((key) => [key, weightOf(weights, key) - (owned.get(key) ?? 0)]));
  const shrinking = new Map([...owned].map(([key, buckets]) => [key, buckets - weightOf(weights, key)]));
  const heirs = order.filter((key) => isAbove(growing, key));
  const isHeir = new Set(heirs);

  let pieces = cut(present, canonical);
  // Each pass takes what the passes before left: first to the owner in the canonical layout, then what is a growing
  // variation's there, then whatever else has to be given up.
  for (const heirOf of [
    (piece: Piece) => (isAbove(growing, piece.canonical) ? piece.canonical : undefined),
    (piece: Piece) => (isHeir.has(piece.canonical) ? heirs.find((key) => isAbove(growing, key)) : undefined),
    () => heirs.find((key) => isAbove(growing, key)),
  ]) {
    pieces = pieces.flatMap((piece) => handOver(piece, heirOf, growing, shrinking));
  }
  return joined(pieces);
}

/** Why an allocation cannot be the one of a split with these weights; empty when it can. */
export function problemsOfAllocation(allocation: Allocation, weights: Weights): readonly string[] {
  const problems: string[] = [];
  let end = 0;
  for (const { from, to, variation } of allocation) {
    if (!Number.isInteger(from) || !Number.isInteger(to) || from >= to)
      problems.push(`The range from ${from} to ${to} holds no whole bucket. Ranges are [from, to).`);
    else if (from > end)
      problems.push(`Nobody owns the buckets from ${end} to ${from}. Ranges must cover 0 to ${BUCKETS}.`);
    else if (from < end)
      problems.push(`The range of '${variation}' begins at ${from}, but the one before ends at ${end}.`);
    end = Math.max(end, to);
  }
  if (end !== BUCKETS) problems.push(`The ranges end at ${end}. They must end at ${BUCKETS}.`);
  if (problems.length > 0) return problems;
  const owned = bucketsByVariation(allocation);
  for (const variation of new Set([...owned.keys(), ...Object.keys(weights)])) {
    const has = owned.get(variation) ?? 0;
    const weight = weightOf(weights, variation);
    if (has !== weight) problems.push(`The ranges of '${variation}' hold ${has} buckets, but its weight is ${weight}.`);
  }
  return problems;
}

/** A range that has one owner now and one owner in the canonical layout. */
interface Piece extends BucketRange {
  readonly canonical: string;
}

function weightOf(weights: Weights, variation: string): number {
  return Object.hasOwn(weights, variation) ? (weights[variation] ?? 0) : 0;
}

function bucketsByVariation(allocation: Allocation): Map<string, number> {
  const owned = new Map<string, number>();
  for (const { from, to, variation } of allocation) owned.set(variation, (owned.get(variation) ?? 0) + to - from);
  return owned;
}

const isAbove = (open: ReadonlyMap<string, number>, key: string): boolean => (open.get(key) ?? 0) > 0;

function cut(present: Allocation, canonical: Allocation): Piece[] {
  return present.flatMap(({ from, to, variation }) =>
    canonical
      .filter((range) => range.from < to && range.to > from)
      .map((range) => ({
        from: Math.max(from, range.from),
        to: Math.min(to, range.to),
        variation,
        canonical: range.variation,
      })),
  );
}

/** Splits off what the piece's owner gives to the heir, counting down both sides' open buckets. */
function handOver(
  piece: Piece,
  heirOf: (piece: Piece) => string | undefined,
  growing: Map<string, number>,
  shrinking: Map<string, number>,
): Piece[] {
  const parts: Piece[] = [];
  let rest = piece;
  for (;;) {
    const open = shrinking.get(rest.variation) ?? 0;
    const heir = open > 0 ? heirOf(rest) : undefined;
    if (heir === undefined) return [...parts, rest];
    const wanted = growing.get(heir) ?? 0;
    const moved = Math.min(rest.to - rest.from, open, wanted);
    growing.set(heir, wanted - moved);
    shrinking.set(rest.variation, open - moved);
    const border = rest.from + moved;
    parts.push({ ...rest, to: border, variation: heir });
    if (border === rest.to) return parts;
    rest = { ...rest, from: border };
  }
}

function joined(pieces: readonly Piece[]): Allocation {
  const ranges: BucketRange[] = [];
  for (const { from, to, variation } of pieces) {
    const last = ranges.at(-1);
    if (last?.variation === variation) ranges[ranges.length - 1] = { ...last, to };
    else ranges.push({ from, to, variation });
  }
  return ranges;
}
