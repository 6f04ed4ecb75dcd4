import type { SegmentConfigInstruction } from '@glidepath/core/change';
import { useState } from 'react';
import type { Forecast } from '../../kit/review-sheet.tsx';
import { type KeyDraft, type KeyPlace, keyInstructionsOf, linesOf } from './key-draft.ts';
import type { RulesReading } from './rules-draft.ts';
import type { SegmentPlace } from './segment-queries.ts';
import { type SegmentWrite, useSaveSegment } from './use-save-segment.ts';
import { useSegmentForecast } from './use-segment-forecast.ts';

/** What is under review: the draft of keys, that of the rules, or that a whole list of keys goes. */
export type Review = { readonly kind: 'keys' | 'rules' } | { readonly kind: 'empty'; readonly list: KeyPlace };

export interface ReviewSubject {
  readonly place: SegmentPlace;
  /** Of the newest state that is known. */
  readonly revision: number;
  readonly critical: boolean;
  readonly keys: KeyDraft;
  readonly rules: RulesReading;
  readonly onSaved: (review: Review) => void;
}

export interface SegmentReview {
  readonly isOpen: boolean;
  readonly forecast: Forecast;
  readonly save: ReturnType<typeof useSaveSegment>;
  ask(review: Review): void;
  close(): void;
  confirm(comment: string): void;
}

/** The one way from edits to a saved definition. */
export function useSegmentReview({ place, revision, critical, keys, rules, onSaved }: ReviewSubject): SegmentReview {
  const [review, setReview] = useState<Review | null>(null);
  const save = useSaveSegment(place);
  const instructions = review === null ? null : instructionsOf(review, keys, rules);
  const isOpen = review !== null && instructions !== null;
  // A hundred thousand keys are not compared: the draft's number stands for them.
  const id = review?.kind === 'keys' ? `keys ${keys.id}` : JSON.stringify(instructions);
  const forecast = useSegmentForecast(isOpen ? { ...place, revision, id, instructions } : null, critical);

  function confirm(comment: string) {
    if (!isOpen) return;
    const write: SegmentWrite =
      review.kind === 'keys' ? { kind: 'keys', lines: linesOf(keys) } : { kind: 'instructions', instructions };
    const onSuccess = () => {
      onSaved(review);
      setReview(null);
    };
    save.mutate({ write, revision, comment }, { onSuccess });
  }

  return {
    isOpen,
    forecast,
    save,
    ask(wanted) {
      save.reset();
      setReview(wanted);
    },
    close: () => setReview(null),
    confirm,
  };
}

function instructionsOf(
  review: Review,
  keys: KeyDraft,
  rules: RulesReading,
): readonly SegmentConfigInstruction[] | null {
  switch (review.kind) {
    case 'keys':
      return keyInstructionsOf(keys);
    case 'rules':
      return rules.kind === 'changed' ? rules.instructions : null;
    case 'empty':
      return [{ kind: 'set-members', ...review.list, keys: [] }];
  }
}
