import type { Segment, SegmentConfig } from '@glidepath/core';
import type { RulesInEnvironment, SegmentOutline } from '@glidepath/core/change';
import type { Reads, StoredDocument } from '../store/store.ts';
import type { ListedFlag } from './flag-list.ts';
import { ProjectIndex } from './project-index.ts';
import { outlineOf } from './views.ts';

/** One segment with its definition in every environment, in the order of the environments; keys are only counted. */
export interface ListedSegment {
  readonly segment: StoredDocument<Segment>;
  readonly definitions: readonly { readonly environment: string; readonly outline: SegmentOutline }[];
}

/** Every segment of a project, kept between requests without its keys: a definition may be 4 MiB to read. */
export class SegmentIndex {
  readonly #index: ProjectIndex<Segment, SegmentConfig, SegmentOutline>;

  constructor(reads: Reads) {
    this.#index = new ProjectIndex(reads, { shared: 'segment', part: 'segment-config', keep: outlineOf });
  }

  async segmentsOf(projectId: string): Promise<readonly ListedSegment[]> {
    const segments = await this.#index.all(projectId);
    return segments.map(({ document, parts }) => ({
      segment: document,
      definitions: parts.map(({ environment, part }) => ({ environment, outline: part })),
    }));
  }
}

/** All rules of a project, by environment: where segments can be used. */
export function rulesOf(
  environments: readonly string[],
  flags: readonly ListedFlag[],
  segments: readonly ListedSegment[],
): readonly RulesInEnvironment[] {
  return environments.map((environment) => ({
    environment,
    flags: new Map(
      flags.flatMap(({ flag, configs }) => {
        const found = configs.find((entry) => entry.environment === environment);
        return found === undefined ? [] : [[flag.key, found] as const];
      }),
    ),
    segments: new Map(
      segments.flatMap(({ segment, definitions }) => {
        const found = definitions.find((entry) => entry.environment === environment);
        return found === undefined ? [] : [[segment.key, { config: found.outline }] as const];
      }),
    ),
  }));
}
