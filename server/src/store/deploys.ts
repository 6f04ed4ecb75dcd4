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
  /** Who reported it first. */
  readonly reportedBy: string;
  /** When something new was reported of it last. */
  readonly reportedAt: number;
  readonly revision: number;
  /** When the release policies were carried out for it; null while that is still to be done. */
  readonly settledAt: number | null;
}

/** What tells one deploy from all others. */
export type DeployAttempt = Pick<DeployInput, 'environment' | 'service' | 'version' | 'attempt'>;

/** How many connected instances of a service run a version. */
export interface LiveVersion {
  readonly service: string;
  /** '' where the application does not tell it. */
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
  /** Only those that come after this one in the order of the list. */
  readonly after?: { readonly startedAt: number; readonly id: string };
  readonly limit: number;
}

export interface DeployReads {
  deploy(id: string): Promise<DeployRow | null>;
  deployOf(attempt: DeployAttempt): Promise<DeployRow | null>;
  /** Those that began last come first. */
  deploys(filter: DeployFilter): Promise<readonly DeployRow[]>;
  deployCount(filter: Omit<DeployFilter, 'after' | 'limit'>): Promise<number>;
  /** When each of these versions was first brought into the environment with success; without those that never were. */
  firstDeployed(
    environment: string,
    service: string,
    versions: readonly string[],
  ): Promise<ReadonlyMap<string, number>>;
  /** What is connected now, over all replicas; rows that their replica has not renewed for 30 s do not count. */
  liveVersions(environment: string, now: number): Promise<readonly LiveVersion[]>;
  /** When the last message of an integration was taken; null where none is remembered. */
  hookUsedAt(integration: string): Promise<number | null>;
}

export interface DeployWrites {
  /**
   * Writes a deploy; `expected` is the revision that it must have, 0 = it must not exist. Refuses with
   * `revision-conflict`, or `already-exists` where this attempt is known. To be called with the environment locked.
   */
  putDeploy(deploy: Omit<DeployRow, 'revision'>, expected: number): Promise<DeployRow>;
  /** False where this message of the integration was taken before. */
  takeHookMessage(integration: string, message: string, at: number): Promise<boolean>;
}

/** The connected applications of one environment, as one replica sees them. */
export type ReplicaVersion = LiveVersion & { readonly environment: string };

export interface DeployStore {
  /** Replaces all that this replica has said before. */
  putLiveVersions(replica: string, versions: readonly ReplicaVersion[], at: number): Promise<void>;
  /** Deploys whose release policies are still to be carried out, oldest report first. */
  unsettledDeploys(limit: number): Promise<readonly DeployRow[]>;
  /** Does nothing where something new was reported of it meanwhile. */
  settleDeploy(deploy: Pick<DeployRow, 'id' | 'revision'>, at: number): Promise<void>;
}
