/** The most that is kept of one project's code. */
export const CODE_LIMITS = { references: 20_000, repositories: 200 } as const;

/** One place in the code that names a flag. */
export interface CodeReference {
  readonly path: string;
  /** From 1. */
  readonly line: number;
  /** How the code asks, such as `variation`, `useFlag`, `text`. */
  readonly call: string;
  /** Whether a codemod can remove it. */
  readonly removable: boolean;
  /** Of the line, by which a place is known again after it has moved. */
  readonly hash: string;
  /** Lines around it, where the scanner was told to send them. */
  readonly context: string | null;
}

/** What one scan of a repository's default branch has found. */
export interface CodeScan {
  /** Id of the project document. */
  readonly project: string;
  readonly repository: string;
  readonly branch: string;
  readonly commit: string;
  /** By which the newer of two scans is known. */
  readonly scannedAt: number;
  /** With `{path}`, `{line}` and `{commit}`; null where nobody can look at it. */
  readonly urlTemplate: string | null;
  readonly uploadedBy: string;
  /** By the key that the code names, whether there is such a flag or not. */
  readonly places: ReadonlyMap<string, readonly CodeReference[]>;
  /** Keys whose going is remembered: others are forgotten as soon as no code names them. */
  readonly remembered: ReadonlySet<string>;
}

export interface CodeRepository extends Omit<CodeScan, 'places' | 'remembered'> {
  /** Places in its newest scan. */
  readonly count: number;
}

/** What one repository knows of one key. */
export interface CodeFlag {
  readonly repository: string;
  readonly flag: string;
  /** Places in the newest scan; 0 once it is gone. */
  readonly count: number;
  /** Of these, the ones that a codemod leaves to people. */
  readonly byHand: number;
  readonly firstSeenAt: number;
  /** The last scan that found it. */
  readonly lastSeenAt: number;
  /** The first scan without it after one with it; null while it is there. */
  readonly goneAt: number | null;
  readonly goneCommit: string | null;
}

/** `older`: nothing was altered, because a newer scan is known. */
export type CodeReplaced = { readonly kind: 'replaced' } | { readonly kind: 'older'; readonly newest: CodeRepository };

/** What was promised about a flag, and of what its owner was told. */
export interface FlagReminder {
  /** Id of the project document. */
  readonly project: string;
  readonly flag: string;
  /** Nobody is reminded before. */
  readonly keepUntil: number | null;
  readonly keepBy: string | null;
  readonly keepReason: string | null;
  /** When its owner was reminded last. */
  readonly nudgedAt: number | null;
  /** Reminders since somebody acted. */
  readonly nudges: number;
  /** When the team was told because nobody acted. */
  readonly escalatedAt: number | null;
  /** When its owner was told last that it is asked for although it is archived. */
  readonly askedAt: number | null;
  /** 0 = nothing is stored of it yet. */
  readonly revision: number;
}

/** How many flags a project had on a day. */
export interface LifecycleDay {
  /** Its first millisecond, UTC. */
  readonly day: number;
  readonly live: number;
  readonly stale: number;
  readonly ready: number;
}

export interface LifecycleReads {
  /** Ordered by name. */
  codeRepositories(project: string): Promise<readonly CodeRepository[]>;
  /** Of one key, or of all; ordered by repository and key. */
  codeFlags(project: string, flag?: string): Promise<readonly CodeFlag[]>;
  /** Of one key in all repositories, ordered by repository, path and line. */
  codeReferences(project: string, flag: string): Promise<readonly (CodeReference & { readonly repository: string })[]>;
  /** Revision 0 where nothing is stored. */
  reminder(project: string, flag: string): Promise<FlagReminder>;
  reminders(project: string): Promise<readonly FlagReminder[]>;
  /** Oldest first. */
  lifecycleTrend(project: string, from: number): Promise<readonly LifecycleDay[]>;
  /** The time for which the last digest was sent; null = never. */
  digestSlot(project: string): Promise<number | null>;
}

export interface LifecycleWrites {
  /**
   * Replaces all that was known of the repository. Scans of one project wait for each other.
   * Refuses with `too-large` what goes beyond `CODE_LIMITS`.
   */
  replaceReferences(scan: CodeScan): Promise<CodeReplaced>;
  /** Forgets a repository and all of its references; false where it is not known. */
  forgetRepository(project: string, repository: string): Promise<boolean>;
  /** Writes a reminder over the revision that it was read with; false where somebody was faster. */
  putReminder(reminder: FlagReminder): Promise<boolean>;
  /** Says that the digest due at `slot` is sent within this transaction; false where this one or a later one was. */
  claimDigest(project: string, slot: number): Promise<boolean>;
}

export interface LifecycleStore {
  /** Replaces what was said of the day. */
  putLifecycleDay(project: string, day: LifecycleDay): Promise<void>;
}
