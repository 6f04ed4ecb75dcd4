import type { Flag, FlagConfig } from '@glidepath/core';
import type { Reads } from '../store/store.ts';
import type { ListedFlag } from './flag-list.ts';
import { ProjectIndex } from './project-index.ts';

/** Every flag of a project with its configurations, kept parsed between requests. */
export class FlagIndex {
  readonly #index: ProjectIndex<Flag, FlagConfig, FlagConfig>;

  constructor(reads: Reads) {
    this.#index = new ProjectIndex(reads, { shared: 'flag', part: 'flag-config', keep: (config) => config });
  }

  async flagsOf(projectId: string): Promise<readonly ListedFlag[]> {
    const flags = await this.#index.all(projectId);
    return flags.map(({ document, parts }) => ({
      flag: document,
      configs: parts.map(({ environment, part }) => ({ environment, config: part })),
    }));
  }
}
