/** Evaluations of one flag that gave one variation. */
export interface EvaluationSum {
  readonly flag: string;
  readonly variation: string;
  readonly n: number;
}

/** What the lives of flags are told by, besides their documents: read for all flags at once. */
export interface EvidenceStore {
  /**
   * Since when each flag that the environment serves gives everybody what it gives them now; 0 = since before that was
   * kept.
   */
  servedSince(environment: string): Promise<ReadonlyMap<string, number>>;
  /** Evaluations since the beginning of the day that holds `from`; without `flag` of all flags. */
  evaluationSums(environment: string, from: number, flag?: string): Promise<readonly EvaluationSum[]>;
  /** When somebody, not the service itself, changed each flag of a project (by its key) last. */
  changedByPeople(project: string): Promise<ReadonlyMap<string, number>>;
}
