import { BUCKETS, type BucketBy, type Flag, KIND_PATTERN, type Serve, type Weights } from '@glidepath/core';
import { isSame, type ServeInput } from '@glidepath/core/change';
import { formatPercentage, parsePercentage, sumOfWeights } from '../../lib/percentages.ts';
import { targetingMessages } from './messages.ts';

const m = targetingMessages.serve;

/** What is served, while it is edited: percentages stay the text that was typed. */
export type ServeDraft =
  | { readonly kind: 'variation'; readonly variation: string }
  | {
      readonly kind: 'split';
      readonly texts: Readonly<Record<string, string>>;
      /** The key of the user if absent. */
      readonly by?: BucketBy;
      /** The salt of the flag if absent. */
      readonly salt?: string;
    };

export const DEFAULT_BY: BucketBy = { contextKind: 'user', attribute: 'key' };

type Variations = Pick<Flag, 'variations'>;

export function serveDraftOf(serve: Serve, flag: Variations): ServeDraft {
  if ('variation' in serve) return { kind: 'variation', variation: serve.variation };
  const { weights, by, salt } = serve.split;
  return {
    ...splitDraftOf(weights, flag),
    ...(by === undefined ? {} : { by }),
    ...(salt === undefined ? {} : { salt }),
  };
}

export function splitDraftOf(weights: Weights, flag: Variations): Extract<ServeDraft, { kind: 'split' }> {
  const texts = flag.variations.map(({ key }) => [key, formatPercentage(weights[key] ?? 0)]);
  return { kind: 'split', texts: Object.fromEntries(texts) };
}

type SplitReading =
  | { readonly kind: 'weights'; readonly weights: Weights }
  | { readonly kind: 'unreadable'; readonly variations: readonly string[] }
  | { readonly kind: 'wrong-sum'; readonly sum: number };

/** What typed percentages mean: exact weights, or why they mean nothing. */
export function readSplit(texts: Readonly<Record<string, string>>): SplitReading {
  const read = Object.entries(texts).map(([variation, text]) => [variation, parsePercentage(text)] as const);
  const unreadable = read.filter(([, weight]) => weight === null).map(([variation]) => variation);
  if (unreadable.length > 0) return { kind: 'unreadable', variations: unreadable };
  const weights = Object.fromEntries(read.filter((entry): entry is readonly [string, number] => (entry[1] ?? 0) > 0));
  const sum = sumOfWeights(weights);
  return sum === BUCKETS ? { kind: 'weights', weights } : { kind: 'wrong-sum', sum };
}

/** What is wrong with it; `part` says which field is meant. */
export interface ServeProblem {
  readonly part: 'percentages' | 'kind' | 'attribute' | 'salt';
  readonly detail: string;
}

export function problemsOfServe(serve: ServeDraft): readonly ServeProblem[] {
  if (serve.kind === 'variation') return [];
  const { texts, by = DEFAULT_BY, salt } = serve;
  return [
    ...(readSplit(texts).kind === 'weights' ? [] : [{ part: 'percentages', detail: m.percentages } as const]),
    ...(KIND_PATTERN.test(by.contextKind) ? [] : [{ part: 'kind', detail: m.kindWrong } as const]),
    ...(by.attribute === '' ? [{ part: 'attribute', detail: m.attributeMissing } as const] : []),
    ...(salt === '' ? [{ part: 'salt', detail: m.saltEmpty } as const] : []),
  ];
}

/** Whether a draft still says what is saved; who is in which bucket is not for a draft to say. */
export function saysTheSame(serve: ServeDraft, saved: Serve, flag: Variations): boolean {
  const was = serveDraftOf(saved, flag);
  if (serve.kind === 'variation' || was.kind === 'variation') return isSame(serve, was);
  const [now, then] = [readSplit(serve.texts), readSplit(was.texts)];
  return isSame(now, then) && isSame(serve.by ?? DEFAULT_BY, was.by ?? DEFAULT_BY) && serve.salt === was.salt;
}

/** Whether it deals people by another attribute or salt than before, so that all of them may change. */
export function dealsAnew(serve: ServeDraft, saved: Serve | null): boolean {
  if (serve.kind === 'variation' || saved === null || 'variation' in saved) return false;
  const { by = DEFAULT_BY, salt } = saved.split;
  return !isSame(serve.by ?? DEFAULT_BY, by) || serve.salt !== salt;
}

/** What to ask the server for; null where the percentages mean nothing. */
export function serveInputOf(serve: ServeDraft): ServeInput | null {
  if (serve.kind === 'variation') return { variation: serve.variation };
  const read = readSplit(serve.texts);
  if (read.kind !== 'weights') return null;
  const { by, salt } = serve;
  return {
    split: {
      weights: read.weights,
      ...(by === undefined ? {} : { by }),
      ...(salt === undefined ? {} : { salt }),
    },
  };
}
