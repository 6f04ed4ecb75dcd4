import { isSame } from '@glidepath/core/change';
import type { SegmentDefinition } from '@glidepath/core/definition';
import { type EnvironmentNames, type Note, Untranslatable } from './imported.ts';
import type { Namer } from './naming.ts';
import { answerOf, hasVariants } from './unleash-evaluate.ts';
import type { Feature, Project, Variant } from './unleash-shape.ts';
import type { Variations } from './variations.ts';

/** One translation of an export, and what it has found so far. */
export interface Translation {
  readonly project: Project;
  readonly keyOf: Namer;
  readonly segmentKey: Namer;
  readonly names: EnvironmentNames;
  readonly notes: Note[];
  /** Theirs, and those that hold a percentage. */
  readonly segments: Map<string, SegmentDefinition>;
}

/** A feature in one environment. */
export interface Place {
  readonly all: Translation;
  readonly feature: Feature;
  readonly variations: Variations;
  /** Their name of it. */
  readonly environment: string;
}

export function variationOf({ feature, variations }: Place, isOn: boolean, variant: Variant | null): string {
  const value = hasVariants(feature) || variations.type === 'json' ? answerOf(isOn, variant) : isOn;
  const found = variations.variations.find((one) => isSame(one.value, value));
  if (found === undefined) throw new Untranslatable(`there is no variation for ${JSON.stringify(value)}`);
  return found.key;
}
