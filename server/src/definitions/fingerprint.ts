import type { Definitions } from '@glidepath/core/definition';
import { defineFlag, defineSegment } from '@glidepath/core/definition';
import { canonicalText, sha256 } from '../store/canonical.ts';
import type { Present } from './present.ts';

/**
 * Names the state of what definitions speak of: another one means that somebody has changed it since. Kills and what
 * rollouts do are no part of it.
 */
export function fingerprintOf({ flags, segments }: Definitions, present: Present): string {
  const states = [
    ...flags.map(({ key, environments }) => {
      const state = present.flags.get(key);
      return state === undefined ? { key } : withoutOthers(defineFlag(state), environments);
    }),
    ...segments.map(({ key, environments }) => {
      const state = present.segments.get(key);
      return state === undefined ? { key } : withoutOthers(defineSegment(state), environments);
    }),
  ];
  const known = present.environments.map(({ key }) => key);
  return sha256(canonicalText({ known, states }));
}

/** Environments that nobody speaks of may change as they like. */
function withoutOthers<D extends { readonly environments?: object }>(definition: D, named: object = {}): D {
  const environments = Object.entries(definition.environments ?? {}).filter(([key]) => Object.hasOwn(named, key));
  return { ...definition, environments: Object.fromEntries(environments) };
}
