import type { FlagBody, ServeBody } from '@glidepath/core';
import { and, eq, inArray } from 'drizzle-orm';
import { canonical } from './canonical.ts';
import type { Db, Tables } from './connection.ts';

/** As many keys as one statement takes. */
const CHUNK = 500;

/** A flag that is about to be published with another body. */
interface Published {
  readonly key: string;
  readonly body: unknown;
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
      if (decisiveText(JSON.parse(body) as FlagBody) === decisiveText(bodies.get(key) as FlagBody))
        known.set(key, servedSince);
  }
  return known;
}

/** What decides about the values that a flag gives, as a text. */
function decisiveText(body: FlagBody): string {
  return JSON.stringify(canonical(decisiveOf(body)));
}

function decisiveOf({ on, killed, off, variations, salt, prerequisites, targets, rules, fallthrough }: FlagBody) {
  if (killed === true || !on) return { killed, off, variations };
  return {
    variations,
    off,
    salt,
    prerequisites,
    targets,
    rules: rules.map(({ clauses, serve }) => ({ clauses, serve: withoutArms(serve) })),
    fallthrough: withoutArms(fallthrough),
  };
}

function withoutArms(serve: ServeBody): ServeBody {
  if (!('split' in serve) || serve.split.arms === undefined) return serve;
  const { arms: _, ...split } = serve.split;
  return { split };
}
