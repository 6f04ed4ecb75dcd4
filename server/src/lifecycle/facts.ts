import type { EnvironmentFacts, LifecycleFacts, ReferenceFacts } from '@glidepath/core/lifecycle';
import type { FlagIndex } from '../flags/flag-index.ts';
import type { ListedFlag } from '../flags/flag-list.ts';
import { environmentsOf, type ProjectBody } from '../store/documents.ts';
import type { CodeFlag, FlagReminder } from '../store/lifecycle.ts';
import type { Store, StoredDocument } from '../store/store.ts';
import type { ChangedByPeople } from './changed-by-people.ts';

const DAY = 86_400_000;
/** Evaluations are counted for so many days. */
const COUNTED_DAYS = 7;
/** SDKs tell what they evaluated every few seconds: an environment that tells nothing for a day has none. */
const TELLING_MS = DAY;
/** More rollouts are not live at once in any project. */
const MOST_ROLLOUTS = 10_000;

export type Project = StoredDocument<ProjectBody>;

/** One flag with all that is known of it. */
export interface KnownFlag {
  readonly flag: ListedFlag['flag'];
  readonly facts: LifecycleFacts;
  readonly reminder: FlagReminder | null;
}

export interface FactsDeps {
  readonly store: Store;
  readonly flags: FlagIndex;
  readonly changed: ChangedByPeople;
}

/**
 * What is known of all flags of a project, read at once whatever their number: a query per kind and environment. With
 * `only` of one flag.
 */
export async function factsOfProject(
  { store, flags, changed }: FactsDeps,
  project: Project,
  { now, only }: { readonly now: number; readonly only?: string },
): Promise<readonly KnownFlag[]> {
  const environments = await Promise.all(
    (await environmentsOf(store, project.id)).map((environment) =>
      environmentEvidence(store, environment, { now, only }),
    ),
  );
  const [listed, rollouts, code, repositories, reminders, changedAt] = await Promise.all([
    flags.flagsOf(project.id),
    store.rollouts({ project: project.id, isLive: true, limit: MOST_ROLLOUTS }),
    store.codeFlags(project.id, only),
    store.codeRepositories(project.id),
    store.reminders(project.id),
    changed.of(project.key),
  ]);
  const driven = new Set(rollouts.map(({ environment, flag }) => `${environment}\t${flag}`));
  const references = referencesOf(
    code,
    repositories.map(({ scannedAt }) => scannedAt),
  );
  const dependents = dependentsIn(listed);
  const reminded = new Map(reminders.map((reminder) => [reminder.flag, reminder]));
  const wanted = only === undefined ? listed : listed.filter(({ flag }) => flag.key === only);
  return wanted.map(({ flag, configs }) => {
    const { body } = flag;
    const reminder = reminded.get(body.key) ?? null;
    const own = new Map(configs.map(({ environment, config }) => [environment, config]));
    const facts: LifecycleFacts = {
      flag: body,
      environments: environments.flatMap((evidence): EnvironmentFacts[] => {
        const config = own.get(evidence.key);
        if (config === undefined) return [];
        return [
          {
            key: evidence.key,
            isCritical: evidence.isCritical,
            config,
            servesSince: Math.max(evidence.servedSince.get(body.key) ?? 0, body.createdAt),
            hasRollout: driven.has(`${evidence.id}\t${body.key}`),
            evaluatedAt: evidence.lastUsed.get(body.key) ?? null,
            evaluations: evidence.evaluations.get(body.key) ?? {},
            isConnected: evidence.isConnected,
          },
        ];
      }),
      dependents: dependents.get(body.key) ?? [],
      references: references(body.key),
      keepUntil: reminder?.keepUntil ?? null,
      changedAt: changedAt.get(body.key) ?? body.createdAt,
    };
    return { flag, facts, reminder };
  });
}

interface EnvironmentEvidence {
  readonly id: string;
  readonly key: string;
  readonly isCritical: boolean;
  readonly servedSince: ReadonlyMap<string, number>;
  readonly lastUsed: ReadonlyMap<string, number>;
  readonly evaluations: ReadonlyMap<string, Readonly<Record<string, number>>>;
  readonly isConnected: boolean;
}

async function environmentEvidence(
  store: Store,
  { id, key, body }: Awaited<ReturnType<typeof environmentsOf>>[number],
  { now, only }: { readonly now: number; readonly only: string | undefined },
): Promise<EnvironmentEvidence> {
  const [servedSince, lastUsed, sums, live] = await Promise.all([
    store.servedSince(id),
    store.lastUsed(id),
    store.evaluationSums(id, now - COUNTED_DAYS * DAY, only),
    store.liveVersions(id, now),
  ]);
  const evaluations = new Map<string, Record<string, number>>();
  for (const { flag, variation, n } of sums) {
    const counts = evaluations.get(flag);
    if (counts === undefined) evaluations.set(flag, { [variation]: n });
    else counts[variation] = n;
  }
  const isTelling = [...lastUsed.values()].some((at) => now - at < TELLING_MS);
  const isConnected = isTelling || live.some(({ instances }) => instances > 0);
  return { id, key, isCritical: body.critical, servedSince, lastUsed, evaluations, isConnected };
}

/** What the code holds of a flag; null where none was ever scanned. */
function referencesOf(code: readonly CodeFlag[], scans: readonly number[]): (flag: string) => ReferenceFacts | null {
  if (scans.length === 0) return () => null;
  const scannedAt = Math.min(...scans);
  const byFlag = new Map<string, CodeFlag[]>();
  for (const one of code) {
    const known = byFlag.get(one.flag);
    if (known === undefined) byFlag.set(one.flag, [one]);
    else known.push(one);
  }
  return (flag) => {
    const known = byFlag.get(flag) ?? [];
    const count = known.reduce((sum, one) => sum + one.count, 0);
    const gone = known.map(({ goneAt }) => goneAt ?? 0);
    return {
      count,
      byHand: known.reduce((sum, one) => sum + one.byHand, 0),
      scannedAt,
      goneSince: count > 0 || gone.length === 0 ? null : Math.max(...gone),
    };
  };
}

/** For each flag the live ones that need it in some environment. */
function dependentsIn(flags: readonly ListedFlag[]): ReadonlyMap<string, readonly string[]> {
  const dependents = new Map<string, Set<string>>();
  for (const { flag, configs } of flags) {
    if (flag.body.archivedAt !== null) continue;
    for (const needed of configs.flatMap(({ config }) => config.prerequisites))
      dependents.set(needed.flag, (dependents.get(needed.flag) ?? new Set()).add(flag.body.key));
  }
  return new Map([...dependents].map(([key, keys]) => [key, [...keys].sort()]));
}
