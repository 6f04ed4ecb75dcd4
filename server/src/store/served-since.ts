import type { FlagBody } from '@glidepath/core';
import { and, eq, inArray } from 'drizzle-orm';
import { canonicalText } from './canonical.ts';
import type { Db, Tables } from './connection.ts';

/** As many keys as one statement takes. */
const CHUNK = 500;

/** A flag that is about to be published with another body. */
interface Published {
  readonly key: string;
  /** Its JSON text. */
  readonly body: string;
}

/**
 * Since when each of these flags gives everybody what it gives them then: earlier than now where the new body differs
 * in nothing that decides about values, such as names of rules, metadata, and who is measured.
 */
export async function servedSinceOf(
  db: Db,
  { envItem }: Tables,
  environment: string,
  flags: readonly Published[],
): Promise<ReadonlyMap<string, number>> {
  const known = new Map<string, number>();
  const bodies = new Map(flags.map(({ key, body }) => [key, body]));
  const keys = [...bodies.keys()];
  for (let from = 0; from < keys.length; from += CHUNK) {
    const rows = await db
      .select({ key: envItem.key, body: envItem.body, servedSince: envItem.servedSince })
      .from(envItem)
      .where(
        and(
          eq(envItem.envId, environment),
          eq(envItem.kind, 'flag'),
          inArray(envItem.key, keys.slice(from, from + CHUNK)),
        ),
      );
    for (const { key, body, servedSince } of rows)
      if (decisiveText(body) === decisiveText(bodies.get(key) ?? 'null')) known.set(key, servedSince);
  }
  return known;
}

/** What decides about the values that a flag gives, as a text; of a body in whatever shape, since a kill must be published beside it. */
function decisiveText(text: string): string {
  const body: unknown = JSON.parse(text);
  return canonicalText(isObject(body) ? decisiveOf(body) : body);
}

function decisiveOf({
  on,
  killed,
  off,
  variations,
  salt,
  prerequisites,
  targets,
  rules,
  fallthrough,
}: AnyShape<FlagBody>) {
  if (killed === true || on !== true) return { killed, off, variations };
  return {
    variations,
    off,
    salt,
    prerequisites,
    targets,
    rules: Array.isArray(rules) ? rules.map(withoutName) : rules,
    fallthrough: withoutArms(fallthrough),
  };
}

function withoutName(rule: unknown): unknown {
  if (!isObject(rule)) return rule;
  const { clauses, serve }: AnyShape<FlagBody['rules'][number]> = rule;
  return { clauses, serve: withoutArms(serve) };
}

function withoutArms(serve: unknown): unknown {
  if (!isObject(serve)) return serve;
  const { split }: { readonly split?: unknown } = serve;
  if (!isObject(split)) return serve;
  const { arms: _, ...rest }: { readonly arms?: unknown } = split;
  return { split: rest };
}

/** The same fields, with anything in them. */
type AnyShape<T> = { readonly [K in keyof T]?: unknown };

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;
