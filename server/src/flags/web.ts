import type { Web } from '@glidepath/core/effect';
import type { FastifyRequest } from 'fastify';
import type { FlagIndex } from './flag-index.ts';
import type { SegmentIndex } from './segment-index.ts';

export interface Indexes {
  readonly flags: FlagIndex;
  readonly segments: SegmentIndex;
}

/** All flags of an environment and the rules of its segments: what hangs on what. */
export async function webOf({ flags, segments }: Indexes, { project, environment }: FastifyRequest): Promise<Web> {
  const [allFlags, allSegments] = await Promise.all([flags.flagsOf(project.id), segments.segmentsOf(project.id)]);
  return {
    flags: new Map(
      allFlags.flatMap(({ flag, configs }) => {
        const found = configs.find((one) => one.environment === environment.key);
        return found === undefined ? [] : [[flag.key, { flag: flag.body, config: found.config }] as const];
      }),
    ),
    segments: new Map(
      allSegments.flatMap(({ segment, definitions }) => {
        const found = definitions.find((one) => one.environment === environment.key);
        return found === undefined ? [] : [[segment.key, found.outline.rules] as const];
      }),
    ),
  };
}
