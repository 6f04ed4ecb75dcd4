import { and, eq, gt, lte } from 'drizzle-orm';
import { RefusedError } from '../errors.ts';
import type { Db, Tables } from './connection.ts';
import { RETENTION } from './retention.ts';
import type { RememberedAnswer } from './store.ts';

export async function readAnswer(
  db: Db,
  t: Tables,
  asked: { readonly principal: string; readonly key: string; readonly now: number },
): Promise<RememberedAnswer | null> {
  const { answer } = t;
  const [row] = await db
    .select()
    .from(answer)
    .where(
      and(
        eq(answer.principal, asked.principal),
        eq(answer.key, asked.key),
        gt(answer.at, asked.now - RETENTION.answerMs),
      ),
    );
  return row ? { ...row, body: JSON.parse(row.body) as unknown } : null;
}

/** Refuses when another request under the same key was answered meanwhile: its transaction counts, this one must not. */
export async function rememberAnswer(db: Db, t: Tables, given: RememberedAnswer): Promise<void> {
  const { answer } = t;
  const { request, status, at } = given;
  const body = JSON.stringify(given.body);
  const [kept] = await db
    .insert(answer)
    .values({ ...given, body })
    .onConflictDoUpdate({
      target: [answer.principal, answer.key],
      set: { request, status, body, at },
      setWhere: lte(answer.at, at - RETENTION.answerMs),
    })
    .returning({ key: answer.key });
  if (kept) return;
  throw new RefusedError({
    code: 'idempotency-conflict',
    detail: `A request with the Idempotency-Key "${given.key}" was answered at the same moment. Send this one again to get that answer.`,
    retryAfter: 1,
  });
}
