import { and, eq, gt, inArray, lte, sql } from 'drizzle-orm';
import { RefusedError } from '../errors.ts';
import { compareText } from './canonical.ts';
import type { Db, Tables } from './connection.ts';
import {
  CODE_LIMITS,
  type CodeFlag,
  type CodeReference,
  type CodeReplaced,
  type CodeRepository,
  type CodeScan,
} from './lifecycle.ts';
import { RETENTION } from './retention.ts';

type FlagRow = Tables['codeFlag']['$inferSelect'];

/** As many rows as one statement takes: both databases limit the number of parameters. */
const ROWS = 400;

function repositoryOf({ projectId, ...row }: Tables['codeRepository']['$inferSelect']): CodeRepository {
  return { ...row, project: projectId };
}

export async function readCodeRepositories(
  db: Db,
  { codeRepository }: Tables,
  project: string,
): Promise<readonly CodeRepository[]> {
  const rows = await db.select().from(codeRepository).where(eq(codeRepository.projectId, project));
  return rows.map(repositoryOf).sort((a, b) => compareText(a.repository, b.repository));
}

export async function readCodeFlags(
  db: Db,
  { codeFlag: t, codeRepository }: Tables,
  project: string,
  flag: string | undefined,
): Promise<readonly CodeFlag[]> {
  const { repository, count, byHand, firstSeenAt, lastSeenAt, goneAt, goneCommit } = t;
  const { scannedAt } = codeRepository;
  const rows = await db
    .select({ repository, flag: t.flag, count, byHand, firstSeenAt, lastSeenAt, goneAt, goneCommit, scannedAt })
    .from(t)
    .innerJoin(
      codeRepository,
      and(eq(codeRepository.projectId, t.projectId), eq(codeRepository.repository, t.repository)),
    )
    .where(and(eq(t.projectId, project), flag === undefined ? undefined : eq(t.flag, flag)));
  return rows
    .map(({ scannedAt: newest, ...row }) => (row.goneAt === null ? { ...row, lastSeenAt: newest } : row))
    .sort((a, b) => compareText(a.repository, b.repository) || compareText(a.flag, b.flag));
}

export async function readCodeReferences(
  db: Db,
  { codeFlag: t }: Tables,
  project: string,
  flag: string,
): Promise<readonly (CodeReference & { readonly repository: string })[]> {
  const rows = await db
    .select({ repository: t.repository, places: t.places })
    .from(t)
    .where(and(eq(t.projectId, project), eq(t.flag, flag), gt(t.count, 0)));
  return rows
    .sort((a, b) => compareText(a.repository, b.repository))
    .flatMap(({ repository, places }) => placesIn(places).map((place) => ({ ...place, repository })));
}

const placesIn = (text: string): readonly CodeReference[] => JSON.parse(text) as CodeReference[];

/** Ordered, so that the same places are the same text. */
function textOf(places: readonly CodeReference[]): string {
  const sorted = places.toSorted(
    (a, b) => compareText(a.path, b.path) || a.line - b.line || compareText(a.call, b.call),
  );
  return JSON.stringify(
    sorted.map(({ path, line, call, removable, hash, context }) => ({ path, line, call, removable, hash, context })),
  );
}

export async function replaceReferences(db: Db, t: Tables, scan: CodeScan): Promise<CodeReplaced> {
  await lockCode(db, t, scan.project);
  const known = await readCodeRepositories(db, t, scan.project);
  const before = known.find(({ repository }) => repository === scan.repository);
  if (before && before.scannedAt > scan.scannedAt) return { kind: 'older', newest: before };
  const count = [...scan.places.values()].reduce((total, places) => total + places.length, 0);
  checkRoom(scan.repository, known, count);
  await putRepository(db, t, scan, count);
  await putFlags(db, t, scan, before?.scannedAt ?? scan.scannedAt);
  return { kind: 'replaced' };
}

/** The scans of a project wait for each other: the limits hold for all of them together. */
async function lockCode(db: Db, { lifecycleState: t }: Tables, project: string): Promise<void> {
  await db
    .insert(t)
    .values({ projectId: project, digestSlot: null })
    .onConflictDoUpdate({ target: t.projectId, set: { projectId: project } });
}

function checkRoom(repository: string, known: readonly CodeRepository[], count: number): void {
  const others = known.filter((other) => other.repository !== repository);
  const references = others.reduce((total, other) => total + other.count, count);
  if (references > CODE_LIMITS.references)
    throw new RefusedError({
      code: 'too-large',
      detail: `With this scan the project would have ${references} code references, and ${CODE_LIMITS.references} are kept. Leave folders out of the scan, or forget a repository that is no longer used.`,
    });
  if (others.length >= CODE_LIMITS.repositories)
    throw new RefusedError({
      code: 'too-large',
      detail: `The project has ${CODE_LIMITS.repositories} repositories, which is the most. Forget one that is no longer used.`,
    });
}

async function putRepository(db: Db, { codeRepository: t }: Tables, scan: CodeScan, count: number): Promise<void> {
  const { project, places: _, remembered: __, ...given } = scan;
  const row = { ...given, count };
  await db
    .insert(t)
    .values({ ...row, projectId: project })
    .onConflictDoUpdate({ target: [t.projectId, t.repository], set: row });
}

async function putFlags(db: Db, { codeFlag: t }: Tables, scan: CodeScan, scannedBefore: number): Promise<void> {
  const { project, repository, commit, scannedAt, places, remembered } = scan;
  const inRepository = and(eq(t.projectId, project), eq(t.repository, repository));
  const before = new Map((await db.select().from(t).where(inRepository)).map((row) => [row.flag, row]));
  const found = [...places].filter(([, some]) => some.length > 0);
  const written: FlagRow[] = found.flatMap(([flag, some]) => {
    const text = textOf(some);
    const old = before.get(flag);
    if (old?.places === text) return [];
    const byHand = some.filter(({ removable }) => !removable).length;
    const firstSeenAt = old?.firstSeenAt ?? scannedAt;
    return [
      {
        projectId: project,
        repository,
        flag,
        places: text,
        count: some.length,
        byHand,
        firstSeenAt,
        lastSeenAt: scannedAt,
        goneAt: null,
        goneCommit: null,
      },
    ];
  });
  const foundKeys = new Set(found.map(([flag]) => flag));
  const missing = [...before.values()].filter(({ flag }) => !foundKeys.has(flag));
  const going = missing.filter(({ flag, goneAt }) => goneAt === null && remembered.has(flag));
  const gone = { places: '[]', count: 0, byHand: 0, lastSeenAt: scannedBefore, goneAt: scannedAt, goneCommit: commit };
  await upsert(db, t, [...written, ...going.map((row) => ({ ...row, ...gone }))]);
  const forgotten = missing.flatMap(({ flag }) => (remembered.has(flag) ? [] : [flag]));
  for (const some of chunks(forgotten)) await db.delete(t).where(and(inRepository, inArray(t.flag, [...some])));
}

async function upsert(db: Db, t: Tables['codeFlag'], rows: readonly FlagRow[]): Promise<void> {
  for (const some of chunks(rows))
    await db
      .insert(t)
      .values([...some])
      .onConflictDoUpdate({
        target: [t.projectId, t.repository, t.flag],
        set: {
          places: sql`excluded.places`,
          count: sql`excluded.count`,
          byHand: sql`excluded.by_hand`,
          lastSeenAt: sql`excluded.last_seen_at`,
          goneAt: sql`excluded.gone_at`,
          goneCommit: sql`excluded.gone_commit`,
        },
      });
}

function* chunks<T>(all: readonly T[]): Generator<readonly T[]> {
  for (let from = 0; from < all.length; from += ROWS) yield all.slice(from, from + ROWS);
}

export async function forgetRepository(db: Db, t: Tables, project: string, repository: string): Promise<boolean> {
  const { codeFlag, codeRepository } = t;
  await lockCode(db, t, project);
  await db.delete(codeFlag).where(and(eq(codeFlag.projectId, project), eq(codeFlag.repository, repository)));
  const removed = await db
    .delete(codeRepository)
    .where(and(eq(codeRepository.projectId, project), eq(codeRepository.repository, repository)))
    .returning({ repository: codeRepository.repository });
  return removed.length > 0;
}

/** Forgets keys that have left the code so long ago that nobody asks when. */
export async function pruneCode(db: Db, { codeFlag }: Tables, now: number): Promise<void> {
  await db.delete(codeFlag).where(lte(codeFlag.goneAt, now - RETENTION.codeGoneMs));
}
