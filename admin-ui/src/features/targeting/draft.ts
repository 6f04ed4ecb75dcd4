import { BUCKETS, type Flag, type FlagConfig, type Serve, type Weights } from '@glidepath/core';
import type { ConfigInstruction } from '@glidepath/core/change';
import { formatPercentage, parsePercentage, sumOfWeights } from '../../lib/percentages.ts';

/** What everyone else gets, while it is edited: percentages stay the text that was typed. */
export type ServeDraft =
  | { readonly kind: 'variation'; readonly variation: string }
  | { readonly kind: 'split'; readonly texts: Readonly<Record<string, string>> };

/** Edits of one environment's configuration: only what was touched, so that they also fit a newer revision. */
export interface TargetingDraft {
  readonly on?: boolean;
  readonly fallthrough?: ServeDraft;
  /** Keys by `targetId`. */
  readonly targets: Readonly<Record<string, readonly string[]>>;
}

export const NO_EDITS: TargetingDraft = { targets: {} };

export interface TargetName {
  readonly contextKind: string;
  readonly variation: string;
}

/** Names a target in a draft; neither part may contain a tab. */
export const targetId = ({ contextKind, variation }: TargetName): string => `${contextKind}\t${variation}`;

function targetNameOf(id: string): TargetName {
  const [contextKind = '', variation = ''] = id.split('\t');
  return { contextKind, variation };
}

export function serveDraftOf(serve: Serve, flag: Pick<Flag, 'variations'>): ServeDraft {
  return 'variation' in serve
    ? { kind: 'variation', variation: serve.variation }
    : splitDraftOf(serve.split.weights, flag);
}

export function splitDraftOf(weights: Weights, flag: Pick<Flag, 'variations'>): ServeDraft {
  const texts = flag.variations.map(({ key }) => [key, formatPercentage(weights[key] ?? 0)]);
  return { kind: 'split', texts: Object.fromEntries(texts) };
}

export type SplitReading =
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

export type DraftReading =
  | { readonly kind: 'unchanged' }
  | { readonly kind: 'invalid' }
  | { readonly kind: 'changed'; readonly instructions: readonly ConfigInstruction[]; readonly after: FlagConfig };

/** What a draft asks for: the instructions that lead from the configuration to it. */
export function readDraft(config: FlagConfig, draft: TargetingDraft): DraftReading {
  const serve = draft.fallthrough === undefined ? null : serveChange(config.fallthrough, draft.fallthrough);
  if (serve?.kind === 'invalid') return { kind: 'invalid' };
  const targets = targetChanges(config, draft);
  const isOn = draft.on ?? config.on;
  const instructions: ConfigInstruction[] = [
    ...(serve?.kind === 'changed' ? [serve.instruction] : []),
    ...targets,
    ...(isOn === config.on ? [] : [{ kind: isOn ? 'turn-on' : 'turn-off' } as const]),
  ];
  if (instructions.length === 0) return { kind: 'unchanged' };
  const fallthrough = serve?.kind === 'changed' ? serve.serve : config.fallthrough;
  return { kind: 'changed', instructions, after: { ...config, on: isOn, fallthrough } };
}

type ServeChange =
  | { readonly kind: 'same' }
  | { readonly kind: 'invalid' }
  | { readonly kind: 'changed'; readonly instruction: ConfigInstruction; readonly serve: Serve };

function serveChange(present: Serve, draft: ServeDraft): ServeChange {
  if (draft.kind === 'variation') {
    const serve = { variation: draft.variation };
    if ('variation' in present && present.variation === draft.variation) return { kind: 'same' };
    return { kind: 'changed', serve, instruction: { kind: 'set-fallthrough', serve } };
  }
  const read = readSplit(draft.texts);
  if (read.kind !== 'weights') return { kind: 'invalid' };
  if ('split' in present && haveSameWeights(present.split.weights, read.weights)) return { kind: 'same' };
  return {
    kind: 'changed',
    // Who is in which bucket is for the server to compute: it moves the fewest people.
    serve: { split: { weights: read.weights, allocation: [] } },
    instruction: { kind: 'set-split', at: 'fallthrough', weights: read.weights },
  };
}

function haveSameWeights(a: Weights, b: Weights): boolean {
  const variations = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...variations].every((variation) => (a[variation] ?? 0) === (b[variation] ?? 0));
}

function targetChanges(config: FlagConfig, draft: TargetingDraft): ConfigInstruction[] {
  return Object.entries(draft.targets).flatMap(([id, keys]): ConfigInstruction[] => {
    const name = targetNameOf(id);
    const present = keysOfTarget(config, name);
    const isSame = present.length === keys.length && keys.every((key, index) => key === present[index]);
    return isSame ? [] : [{ kind: 'set-targets', ...name, keys }];
  });
}

export function keysOfTarget(config: FlagConfig, { contextKind, variation }: TargetName): readonly string[] {
  const target = config.targets.find((one) => one.variation === variation && one.contextKind === contextKind);
  return target?.keys ?? [];
}

export interface PastedKeys {
  readonly keys: readonly string[];
  readonly duplicates: number;
}

/** Keys from text, one per line or separated by commas; each kept once, in the order of their first appearance. */
export function readKeys(text: string): PastedKeys {
  const all = text
    .split(/[\n,]/)
    .map((key) => key.trim())
    .filter((key) => key !== '');
  const keys = [...new Set(all)];
  return { keys, duplicates: all.length - keys.length };
}
