import { LIMITS } from '@glidepath/core';
import type { SegmentConfigInstruction } from '@glidepath/core/change';
import type { SegmentMember } from '@glidepath/server/api-types';
import { withTyped } from '../../kit/text-list.ts';

export type KeyList = SegmentMember['list'];

/** One list of keys of a segment. */
export interface KeyPlace {
  readonly list: KeyList;
  readonly contextKind: string;
}

interface KeyEdits extends KeyPlace {
  readonly add: readonly string[];
  readonly remove: readonly string[];
}

/** Keys that are to come and to go, list by list, before anything of it is saved. */
export interface KeyDraft {
  /** Names this state of the draft: a hundred thousand keys are not compared. */
  readonly id: number;
  readonly places: readonly KeyEdits[];
}

export const NO_KEYS: KeyDraft = { id: 0, places: [] };

/** Without any edits, and known to be another state than before. */
export const emptied = ({ id }: KeyDraft): KeyDraft => ({ ...NO_KEYS, id: id + 1 });

export function editsAt(draft: KeyDraft, { list, contextKind }: KeyPlace): KeyEdits {
  const found = draft.places.find((edits) => edits.list === list && edits.contextKind === contextKind);
  return found ?? { list, contextKind, add: [], remove: [] };
}

/** The keys that are to be added at a place, and no others; none of them is removed any longer. */
export function withAdditions(draft: KeyDraft, place: KeyPlace, keys: readonly string[]): KeyDraft {
  const edits = editsAt(draft, place);
  const added = new Set(keys);
  return withEdits(draft, { ...edits, add: keys, remove: edits.remove.filter((key) => !added.has(key)) });
}

/** The keys that are to be removed at a place, and no others; none of them is added any longer. */
export function withRemovals(draft: KeyDraft, place: KeyPlace, keys: readonly string[]): KeyDraft {
  const edits = editsAt(draft, place);
  const removed = new Set(keys);
  return withEdits(draft, { ...edits, remove: keys, add: edits.add.filter((key) => !removed.has(key)) });
}

function withEdits({ id, places }: KeyDraft, edits: KeyEdits): KeyDraft {
  const others = places.filter(({ list, contextKind }) => list !== edits.list || contextKind !== edits.contextKind);
  const isEmpty = edits.add.length + edits.remove.length === 0;
  return { id: id + 1, places: isEmpty ? others : [...others, edits] };
}

export interface KeyCounts {
  readonly added: number;
  readonly removed: number;
}

export function countsOf({ places }: KeyDraft): KeyCounts {
  return {
    added: places.reduce((sum, { add }) => sum + add.length, 0),
    removed: places.reduce((sum, { remove }) => sum + remove.length, 0),
  };
}

/** More than a segment can hold: nothing of it can be saved. */
export function isTooLarge(draft: KeyDraft): boolean {
  return countsOf(draft).added > LIMITS.segmentKeys;
}

/** What the members route takes: a line for each key. */
export function linesOf({ places }: KeyDraft): string {
  const lines: string[] = [];
  for (const { list, contextKind, add, remove } of places) {
    for (const key of add) lines.push(JSON.stringify({ op: 'add', list, contextKind, key }));
    for (const key of remove) lines.push(JSON.stringify({ op: 'remove', list, contextKind, key }));
  }
  return lines.join('\n');
}

export function keyInstructionsOf({ places }: KeyDraft): readonly SegmentConfigInstruction[] {
  return places.flatMap(({ list, contextKind, add, remove }): readonly SegmentConfigInstruction[] => [
    ...(add.length === 0 ? [] : [{ kind: 'add-members', list, contextKind, keys: add } as const]),
    ...(remove.length === 0 ? [] : [{ kind: 'remove-members', list, contextKind, keys: remove } as const]),
  ]);
}

/** The keys of a file, behind those that are there: one per line; the first column of a table. */
export function withFile(keys: readonly string[], text: string) {
  const firstColumn = text.replace(/^\uFEFF/, '').replace(/^"?([^",;\t\r\n]*)"?[,;\t].*$/gm, '$1');
  return withTyped(keys, firstColumn, 'lines');
}
