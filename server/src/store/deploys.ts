export type DeployStatus = 'started' | 'succeeded' | 'failed' | 'rolled-back';

/** One attempt to bring a version of a service into an environment, as it was reported. */
export interface DeployInput {
  /** Id of the project document. */
  readonly project: string;
  /** Id of the environment document. */
  readonly environment: string;
  readonly service: string;
  readonly version: string;
  readonly attempt: number;
  readonly status: DeployStatus;
  readonly startedAt: number;
  readonly finishedAt: number | null;
  readonly commit: string | null;
  readonly commits: readonly { readonly sha: string; readonly committedAt: number | null }[];
  readonly url: string | null;
  /** Who deployed, in the words of the reporter. */
  readonly deployedBy: string | null;
}

export interface DeployRow extends DeployInput {
  readonly id: string;
  readonly reportedBy: string;
  readonly reportedAt: number;
  readonly revision: number;
}

/** How many connected instances of a service run a version, and how many of them are at the environment's newest version. */
export interface LiveVersion {
  readonly service: string;
  readonly version: string;
  readonly instances: number;
  /** Instances by the environment version that they have applied. */
  readonly applied: Readonly<Record<string, number>>;
}

export interface DeployFilter {
  readonly project: string;
  readonly environment?: string;
  readonly service?: string;
  readonly status?: DeployStatus;
  /** Only those that began before, milliseconds. */
  readonly before?: number;
  readonly limit: number;
}

export interface DeployReads {
  deploy(id: string): Promise<DeployRow | null>;
  /** Those that began last come first. */
  deploys(filter: DeployFilter): Promise<readonly DeployRow[]>;
  /** What is connected now, over all replicas; rows that their replica has not renewed for 30 s do not count. */
  liveVersions(environment: string, now: number): Promise<readonly LiveVersion[]>;
}
