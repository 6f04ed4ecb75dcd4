import type { Json } from '@glidepath/core';
import type { LifecycleStage, ReadinessCheck, StaleCode } from '@glidepath/core/lifecycle';

/** What the API answers about the lives of flags: plain JSON; times are RFC 3339 UTC with milliseconds. */

export interface LifecycleView {
  readonly flag: string;
  readonly name: string;
  readonly owner: string | null;
  readonly purpose: string;
  readonly tags: readonly string[];
  /** Null = permanent. */
  readonly lifetimeDays: number | null;
  readonly createdAt: string;
  readonly ageDays: number;
  readonly archivedAt: string | null;
  /** Of an archived flag: when it leaves the payloads. */
  readonly servesUntil: string | null;
  readonly stage: LifecycleStage;
  readonly stageSince: string;
  readonly stale: readonly { readonly code: StaleCode; readonly since: string; readonly sentence: string }[];
  readonly readiness: {
    readonly kind: 'safe' | 'caution' | 'blocked';
    readonly checks: readonly (Omit<ReadinessCheck, 'since'> & { readonly since: string | null })[];
  };
  /** What the code gets in the place of the flag. */
  readonly forward: { readonly variation: string; readonly value: Json } | null;
  readonly next: { readonly action: 'remove-code' | 'archive' | 'settle' | 'wait' | 'none'; readonly sentence: string };
  /** `glidepath prune …`; null where there is nothing to remove or nobody knows by what. */
  readonly removalCommand: string | null;
  /** Nobody is reminded before; null = no such promise. */
  readonly keepUntil: string | null;
  /** When its owner was reminded last. */
  readonly nudgedAt: string | null;
  readonly references: { readonly count: number; readonly byHand: number; readonly scannedAt: string } | null;
  /** When it was evaluated last, in any environment; null = never. */
  readonly evaluatedAt: string | null;
  /** Evaluations in the last seven days, in all environments. */
  readonly evaluations7d: number;
}

export const CLEANUP_AGES = ['30-60', '60-90', '90-180', '180-'] as const;

/** `GET /api/v1/projects/:p/lifecycle`: the page of clean-up. Filters: `ready`, `stage`, `stale`, `owner`, `age`, `q`, `sort`. */
export interface CleanUpView {
  readonly items: readonly LifecycleView[];
  readonly total: number;
  readonly next?: string;
  readonly asOf: string;
  readonly counts: {
    readonly live: number;
    readonly stale: number;
    readonly overAge: number;
    readonly ready: number;
    readonly archived: number;
  };
  /** Live flags that are not permanent, by age; days, `to` exclusive, null = and older. */
  readonly ages: readonly { readonly from: number; readonly to: number | null; readonly count: number }[];
  /** One entry per day, oldest first, 90 at most. */
  readonly trend: readonly {
    readonly day: string;
    readonly live: number;
    readonly stale: number;
    readonly ready: number;
  }[];
}

/** `GET …/flags/:f/code-references`. */
export interface CodeReferencesView {
  readonly repositories: readonly CodeRepositoryView[];
  readonly items: readonly CodeReferenceView[];
}

export interface CodeRepositoryView {
  /** As the scanner names it, such as `github.com/acme/shop`. */
  readonly repository: string;
  readonly branch: string;
  readonly commit: string;
  readonly scannedAt: string;
  /** Places of this flag in its newest scan. */
  readonly count: number;
  readonly firstSeenAt: string | null;
  readonly lastSeenAt: string | null;
  /** The first scan without it after one with it; null while it is there. */
  readonly goneAt: string | null;
  readonly goneCommit: string | null;
}

export interface CodeReferenceView {
  readonly repository: string;
  readonly path: string;
  /** From 1. */
  readonly line: number;
  /** How the code asks, such as `variation`, `useFlag`, `defineFlag`, `text`. */
  readonly call: string;
  /** Whether a codemod can remove it. */
  readonly removable: boolean;
  /** Lines around it, where the scanner was told to send them. */
  readonly context: string | null;
  /** Where people can look at it; null where the repository's address is not known. */
  readonly url: string | null;
}

/** `PUT …/lifecycle/settings` and what `GET` of it answers besides the revision. */
export interface LifecycleSettingsView {
  readonly settledDays: number;
  readonly idleDays: number;
  readonly digest: {
    readonly isEnabled: boolean;
    /** Five fields. */
    readonly cron: string;
    /** IANA name. */
    readonly zone: string;
  };
  /** Days past its lifetime after which an owner is reminded, and how many lie between two reminders (7 at least). */
  readonly nudge: { readonly isEnabled: boolean; readonly afterDays: number; readonly everyDays: number };
  /** Reminders nobody acted on after which the team's channel is told; null = never. */
  readonly escalateAfter: number | null;
  readonly revision: number;
}

/** `GET …/lifecycle/digest-times`: the next three. */
export interface DigestTimesView {
  readonly times: readonly string[];
}

/** `GET …/lifecycle/digest`: what the next digest would say, and when it is due. */
export interface DigestPreviewView {
  readonly dueAt: string | null;
  /** Names of the channels that would get it. */
  readonly channels: readonly string[];
  readonly messages: readonly { readonly text: string; readonly blocks: readonly Json[] }[];
  readonly nudges: readonly {
    readonly owner: string | null;
    readonly flags: readonly string[];
    readonly text: string;
  }[];
}

/** One of `GET /api/v1/projects/:p/code-references`: a repository, and what its newest scan has found. */
export interface ScannedRepositoryView {
  readonly repository: string;
  readonly branch: string;
  readonly commit: string;
  readonly scannedAt: string;
  readonly urlTemplate: string | null;
  readonly uploadedBy: string;
  /** Places of all flags. */
  readonly count: number;
  /** Keys that it names, of which the project has no flag. */
  readonly unknownKeys: readonly string[];
}

/** What `POST …/flags/:f/keep` answers: nobody is reminded of the flag before. */
export interface KeepView {
  readonly flag: string;
  readonly keepUntil: string | null;
  readonly by: string | null;
  readonly reason: string | null;
}

/** `POST /api/v1/projects/:p/code-references`: all that one scan has found in a repository. */
export interface CodeReferencesUpload {
  /** As people name it, such as `github.com/acme/shop`. */
  readonly repository: string;
  readonly branch: string;
  /** Whether the branch is the one that counts: scans of others are answered, and nothing is kept of them. */
  readonly isDefaultBranch: boolean;
  readonly commit: string;
  /** RFC 3339; of two scans of a repository the later one counts. */
  readonly scannedAt: string;
  /** Where people look at a line, `https://…` with `{path}` and perhaps `{line}` and `{commit}`. */
  readonly urlTemplate?: string;
  /** The whole repository was scanned: what is not named here is gone. */
  readonly complete: true;
  readonly references: readonly UploadedReference[];
}

export interface UploadedReference {
  readonly flag: string;
  /** From the repository's root, with `/`. */
  readonly path: string;
  /** From 1. */
  readonly line: number;
  readonly call: string;
  readonly removable: boolean;
  /** Of the line, by which a place is known again after it has moved. */
  readonly hash: string;
  readonly context?: string;
}

/** What the project says of a scan. */
export interface CodeReferencesUploaded {
  /** `older`: a newer scan of the repository is known; `other-branch`: this branch does not count. Neither is kept. */
  readonly outcome: 'kept' | 'older' | 'other-branch';
  readonly references: number;
  /** Keys in this scan of which the project has no flag, and those of flags that are archived. */
  readonly unknownKeys: readonly string[];
  readonly archivedKeys: readonly string[];
  /** Live flags that no scanned code names any more, though some did. */
  readonly vanished: readonly { readonly flag: string; readonly since: string }[];
}

/** `POST …/flags/:f/nudge`: whom it reminds, and of which flags: all stale ones of theirs. */
export interface NudgeView {
  /** Id of the member. */
  readonly owner: string;
  readonly flags: readonly string[];
  readonly text: string;
  /** The message as a channel at Slack gets it. */
  readonly blocks: readonly Json[];
  /** Names of the channels that are told. */
  readonly channels: readonly string[];
  /** Null with `dryRun`: nobody was reminded. */
  readonly nudgedAt: string | null;
}

/** `POST …/lifecycle/digest/send`. */
export interface DigestSentView {
  /** Names of the channels that are told. */
  readonly channels: readonly string[];
  /** How many stale flags it tells of. */
  readonly stale: number;
}

/** `GET …/flags/:f/askers`: who has asked for an archived flag since it was archived, the last first. */
export interface FlagAskersView {
  readonly items: readonly FlagAskerView[];
}

export interface FlagAskerView {
  readonly environment: string;
  /** Name and version as the application tells them; '' where it tells none. */
  readonly application: string;
  readonly sdk: string;
  readonly evaluations: number;
  readonly lastAt: string;
  /** Connected instances of this version there now. */
  readonly instances: number;
  /** False once the flag has left the payloads: then code gets its fallback. */
  readonly isServed: boolean;
}
