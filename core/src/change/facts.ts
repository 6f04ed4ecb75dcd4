import type { Engines } from '../evaluate/comparisons.ts';
import type { Flag, FlagConfig, Segment, SegmentConfig } from '../model/model.ts';

/** What applying a change has to know besides the document. */
export interface ChangeFacts {
  /** Milliseconds since epoch. */
  readonly now: number;
  /** Who changes, as the audit names them. */
  readonly actor: string;
  /** Where the change comes from; only `rollout` may write the rules of a release plan. */
  readonly origin: 'ui' | 'api' | 'cli' | 'code' | 'schedule' | 'rollout' | 'slack' | 'drill' | 'import' | 'system';
  /** A new identifier for a rule. */
  readonly newId: () => string;
  /** Tries regular expressions; without it they are taken as they are. */
  readonly engines?: Engines;
}

export interface FlagInEnvironment {
  readonly flag: Flag;
  readonly config: FlagConfig;
}

export interface SegmentInEnvironment {
  readonly segment: Segment;
  readonly config: SegmentConfig;
}

/** All that a document of one environment can refer to. */
export interface EnvironmentView {
  /** Key of the environment. */
  readonly environment: string;
  readonly flags: ReadonlyMap<string, FlagInEnvironment>;
  readonly segments: ReadonlyMap<string, SegmentInEnvironment>;
}

/** For what environments share: where it is used decides whether it may go. */
export interface SharedFacts extends ChangeFacts {
  readonly environments: readonly EnvironmentView[];
}
