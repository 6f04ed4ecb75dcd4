import { type FlagBody, SCHEMA, type SegmentBody, type ServeBody } from '../model/items.ts';
import type {
  ArmsBody,
  BucketBy,
  Clause,
  Flag,
  FlagConfig,
  MemberList,
  Segment,
  SegmentConfig,
  Serve,
} from '../model/model.ts';

// Each property is named here, in a fixed order: nothing of a document reaches the SDKs unless this file says so, and
// equal documents give equal texts.

/** The compiled form of a flag in one environment. The documents must be valid. */
export function flagBodyOf(flag: Flag, config: FlagConfig): FlagBody {
  const indexes = new Map(flag.variations.map((variation, index) => [variation.key, index]));
  const indexOf = (variation: string): number => {
    const index = indexes.get(variation);
    if (index === undefined) throw new Error(`flag ${flag.key} has no variation ${variation}`);
    return index;
  };
  return {
    schema: SCHEMA,
    type: flag.type,
    variations: flag.variations.map(({ key, value }) => ({ key, value })),
    on: config.on,
    ...(config.killed === null ? {} : { killed: true }),
    ...(flag.archivedAt === null ? {} : { archived: true }),
    ...(flag.clientSide ? { clientSide: true } : {}),
    ...(Object.keys(flag.metadata).length === 0 ? {} : { metadata: sorted(flag.metadata) }),
    salt: flag.salt,
    off: indexOf(config.offVariation),
    prerequisites: config.prerequisites.map((needed) => ({ flag: needed.flag, variations: [...needed.variations] })),
    targets: config.targets.map(({ variation, contextKind, keys }) => ({
      variation: indexOf(variation),
      contextKind,
      keys: [...keys],
    })),
    rules: config.rules.map(({ id, clauses, serve }) => ({
      id,
      clauses: clauses.map(clauseBodyOf),
      serve: serveBodyOf(serve, indexOf),
    })),
    fallthrough: serveBodyOf(config.fallthrough, indexOf),
  };
}

/** The compiled form of a segment in one environment. */
export function segmentBodyOf(segment: Segment, config: SegmentConfig): SegmentBody {
  return {
    schema: SCHEMA,
    salt: segment.key,
    included: config.included.map(membersBodyOf),
    excluded: config.excluded.map(membersBodyOf),
    rules: config.rules.map(({ id, clauses, share, by, salt }) => ({
      id,
      clauses: clauses.map(clauseBodyOf),
      ...(share === undefined ? {} : { share }),
      ...howBodyOf({ by, salt }),
    })),
  };
}

function serveBodyOf(serve: Serve, indexOf: (variation: string) => number): ServeBody {
  if ('variation' in serve) return { variation: indexOf(serve.variation) };
  const { allocation, by, salt, arms } = serve.split;
  return {
    split: {
      ranges: allocation.map((range) => [range.to, indexOf(range.variation)] as const),
      ...howBodyOf({ by, salt }),
      ...(arms === undefined ? {} : { arms: armsBodyOf(arms) }),
    },
  };
}

function armsBodyOf({ rollout, stage, t, c }: ArmsBody): ArmsBody {
  return { rollout, stage, t: t.map(([from, to]) => [from, to]), c: c.map(([from, to]) => [from, to]) };
}

function howBodyOf(how: { by: BucketBy | undefined; salt: string | undefined }) {
  return {
    ...(how.by === undefined ? {} : { by: { contextKind: how.by.contextKind, attribute: how.by.attribute } }),
    ...(how.salt === undefined ? {} : { salt: how.salt }),
  };
}

function clauseBodyOf(clause: Clause): Clause {
  return {
    ...(clause.kind === undefined ? {} : { kind: clause.kind }),
    attribute: clause.attribute,
    operator: clause.operator,
    values: [...clause.values],
    ...(clause.negate === true ? { negate: true } : {}),
  };
}

function membersBodyOf({ contextKind, keys }: MemberList): MemberList {
  return { contextKind, keys: [...keys] };
}

function sorted<T>(record: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
}
