import { isSame } from '@glidepath/core/change';
import { Untranslatable } from './imported.ts';
import type { Translation as TranslationOf } from './project-export.ts';
import { answerOf, hasVariants } from './unleash-evaluate.ts';
import type { Feature, Project, Variant } from './unleash-shape.ts';
import type { Variations } from './variations.ts';

export type Translation = TranslationOf<Project>;

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
