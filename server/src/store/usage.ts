import type { HealthInput } from './health.ts';

/** What one client has counted since its report before. */
export interface UsageReport {
  /** Id of the environment document. */
  readonly environment: string;
  /** Names the client; together with `seq` the report, which is added once however often it comes. */
  readonly instance: string;
  readonly seq: number;
  readonly counts: readonly UsageCount[];
  readonly missing: readonly MissingCount[];
  /** What contexts are made of, where a client is told to say so. */
  readonly seen: readonly SeenAttribute[];
  /** How operations ended, by what flags served. */
  readonly health: readonly HealthInput[];
}

/** Evaluations of a flag that gave this variation for this kind of reason. */
export interface UsageCount {
  readonly flag: string;
  readonly variation: string;
  readonly reason: string;
  readonly n: number;
}

/** Evaluations that gave no value but the caller's fallback, or that soon will: those of archived flags. */
export interface MissingCount {
  readonly key: string;
  /** Kind of the error; of an archived flag what `archivedFor` says, so that each application is told of. */
  readonly error: string;
  readonly n: number;
  /** Who asked. */
  readonly sdk: string;
  readonly app: string;
}

/** That contexts of this kind exist and have this attribute; '' = only that the kind exists. */
export interface SeenAttribute {
  readonly kind: string;
  readonly attribute: string;
}

export interface SeenRow extends SeenAttribute {
  readonly lastAt: number;
}

/** The lengths of the intervals that counts are kept for, in milliseconds; each begins at a multiple of its length. */
export const USAGE_SPANS = { minute: 60_000, day: 86_400_000 } as const;
export type UsageSpan = keyof typeof USAGE_SPANS;

export interface UsageQuery {
  readonly environment: string;
  readonly flag: string;
  readonly span: UsageSpan;
  /** First instant; milliseconds since epoch. */
  readonly from: number;
  /** End, exclusive. */
  readonly to: number;
}

/** One interval's evaluations of one variation for one kind of reason. */
export interface UsageRow extends Omit<UsageCount, 'flag'> {
  readonly at: number;
}

const ARCHIVED = 'ARCHIVED ';

/** Stands for the error of evaluations of an archived flag by one application. */
export function archivedFor(app: string): string {
  return ARCHIVED + app;
}

/** Whether the key gave a value, though its flag was archived. */
export function isOfArchived({ error }: Pick<MissingCount, 'error'>): boolean {
  return error.startsWith(ARCHIVED);
}

export interface MissingRow extends MissingCount {
  readonly environment: string;
  readonly firstAt: number;
  readonly lastAt: number;
}

/** How clients in pages are named: anybody can make up their reports, so these give way to those of servers. */
export const PAGE = { instance: 'browser ', sdk: 'browser/' } as const;

/** More keys without a value are not kept per environment: those of pages, and not asked for longest, are forgotten first. */
export const MOST_MISSING = 1_000;
/** More names of attributes are not kept per environment: those not told for longest are forgotten first. */
export const MOST_SEEN = 1_000;

export interface UsageReads {
  /** When each flag of the environment was last reported to have been evaluated; without `flag` all of them. */
  lastUsed(environment: string, flag?: string): Promise<ReadonlyMap<string, number>>;
}

/** How often flags were evaluated: counted, and outside every history. */
export interface UsageStore {
  /** Adds what is new in the reports, all or nothing, durable when it resolves; answers which of them were. */
  addUsage(reports: readonly UsageReport[], at: number): Promise<readonly boolean[]>;
  /** Ordered by time, then variation and reason. */
  usage(query: UsageQuery): Promise<readonly UsageRow[]>;
  /** What was asked for last comes first. */
  missing(environment: string): Promise<readonly MissingRow[]>;
  /** In the order of kinds and names. */
  seen(environment: string): Promise<readonly SeenRow[]>;
}
