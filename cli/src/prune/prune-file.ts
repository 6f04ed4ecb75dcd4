import type { FlagRead } from '../code/flag-read.ts';
import { commentsFor, type Open, placeOf } from './by-hand.ts';
import type { Component } from './component.ts';
import { type Draft, draftOf, type Edit, EditSet, edited } from './draft.ts';
import type { Event } from './events.ts';
import type { ExportedValue } from './exported.ts';
import { markersFor } from './markers.ts';
import { type PlacedRead, placedIn } from './placed.ts';
import { statementRemoval } from './places.ts';
import { referenceEdits } from './propagate.ts';
import type { Purity } from './purity.ts';
import { replacementOf } from './replace.ts';
import type { Forward, Replacement, Workshop } from './replacement.ts';
import { type ParsedFile, parseFile } from './scoped.ts';
import { settled, type Was, wasOf } from './settle.ts';
import { valuePlans, withEmptied } from './test-values.ts';

/** What became of one file. */
export interface PrunedFile {
  readonly file: string;
  readonly before: string;
  readonly after: string;
  /** What was done, in the order of the lines of the text as it was. */
  readonly notes: readonly Event[];
  /** What is left for people. */
  readonly byHand: readonly Event[];
  /** Calls that are kept for what they may do. */
  readonly kept: number;
}

interface FileTask {
  readonly file: string;
  readonly text: string;
  readonly reads: readonly FlagRead[];
  readonly forward: Forward;
  readonly purity: Purity;
  /** What it calls constants of other files that are the value. */
  readonly imported: readonly string[];
  /** Its own constants that are, which others import. */
  readonly exported: readonly ExportedValue[];
  /** Whose script `text` is. */
  readonly component: Component | null;
}

/** A file on its way: without the reads, and with all else that is still to be said of it. */
export interface Work {
  readonly file: string;
  readonly text: string;
  readonly reads: readonly FlagRead[];
  readonly exported: readonly ExportedValue[];
  readonly component: Component | null;
  readonly was: Was;
  readonly draft: Draft;
  readonly notes: readonly Event[];
  readonly open: readonly Open[];
  readonly kept: number;
}

/** Throws where the result could not be read any more. */
export function foldedFile(task: FileTask): Work {
  const { file, text, reads, forward, purity, component, exported } = task;
  const shop: Workshop = { text, forward, purity, markers: markersFor(text) };
  const set = new EditSet();
  const notes: Event[] = [];
  const open: Open[] = [];
  const parsed = parseFile(file, text);
  const was = wasOf(parsed, component?.words ?? new Set());
  const placed = placedIn(parsed.program, reads);
  const plans = valuePlans(placed, shop);
  const tests = [...plans.values()].flatMap((plan) => (plan.kind === 'test' ? [plan] : []));
  for (const gone of withEmptied([...new Set(tests.map((plan) => plan.test))])) set.add(statementRemoval(gone, text));
  for (const plan of new Map(tests.map((one) => [one.test, one])).values()) {
    const sentence = `test "${plan.title}" covers only the removed branch → removed`;
    notes.push({ line: plan.test.node.loc?.start.line ?? 1, sentence });
  }
  for (const read of placed) {
    const plan = plans.get(read);
    if (plan?.kind === 'test' || isCovered(read, set.edits)) continue;
    const replacement = plan?.replacement ?? replacementFor(read, shop);
    if (replacement === null) continue;
    const why = whyNot(replacement, set);
    if (why !== null) open.push({ at: read.at.path.node.start as number, line: read.line, why });
    else notes.push({ line: read.line, sentence: `${shownCall(read)} → ${shownOf(replacement)}` });
  }
  notes.push(...task.imported.flatMap((name) => importedNote(parsed, name, shop, set)));
  const { draft, events, kept } = settled({
    file,
    text,
    draft: draftOf(text),
    edits: set.edits,
    markers: shop.markers,
    purity,
    was,
  });
  return { file, text, reads, exported, component, was, draft, notes: [...notes, ...events], open, kept };
}

/** Puts the value in the place of a constant that another file exports. */
function importedNote({ program }: ParsedFile, name: string, shop: Workshop, set: EditSet): readonly Event[] {
  const { value } = shop.forward;
  const references = program.scope.getBinding(name)?.referencePaths ?? [];
  const replaced = references.filter((one) => set.add(referenceEdits(one, shop.markers.of(value))));
  const line = replaced[0]?.node.loc?.start.line;
  return line === undefined ? [] : [{ line, sentence: `${name} → ${JSON.stringify(value)}` }];
}

/** With comments above what is left for people. */
export function finished({ file, text, reads, component, draft, notes, open, kept }: Work, key: string): PrunedFile {
  const commented = commentsFor(parseFile(file, draft.text), draft, key, [...open, ...leftOver(reads, draft)]);
  const whole = (script: string): string => component?.restored(script) ?? script;
  const after = whole(edited(draft, commented.edits).text);
  return { file, before: whole(text), after, notes: merged(notes), byHand: commented.left, kept };
}

/** Null: it is done. */
function whyNot(replacement: Replacement, set: EditSet): string | null {
  if (replacement.kind === 'by-hand') return replacement.why;
  return set.add(replacement.edits) ? null : 'it stands within another change';
}

const shownOf = (replacement: Replacement): string => (replacement.kind === 'edits' ? replacement.shown : '');

/** Null: there is nothing to be done at that place itself. */
function replacementFor(read: PlacedRead, shop: Workshop): Replacement | null {
  if (read.kind === 'forward' || read.kind === 'declaration' || read.kind === 'constant') return null;
  if (read.keys === null) return { kind: 'by-hand', why: 'the key is computed' };
  if (read.keys.length > 1) return { kind: 'by-hand', why: 'its key is one of several' };
  if (read.why !== null) return { kind: 'by-hand', why: read.why };
  return replacementOf(read, shop);
}

/** Whether the place is gone with what is around it. */
function isCovered(read: PlacedRead, edits: readonly Edit[]): boolean {
  const { start, end } = read.at.path.node as { start: number; end: number };
  return edits.some((edit) => edit.start <= start && edit.end >= end && edit.text === '');
}

/** Where the key is written for others, and still is: not all of them are gone. */
function leftOver(reads: readonly FlagRead[], draft: Draft): readonly Open[] {
  return reads.flatMap((read) => {
    if (read.kind !== 'declaration' && read.kind !== 'constant') return [];
    const at = read.keyAt.start;
    const what = read.call === 'type' ? 'key' : 'name';
    return placeOf(draft, at) !== null ? [{ at, line: read.line, why: `its ${what} is used elsewhere` }] : [];
  });
}

const shownCall = ({ call, kind, keys }: PlacedRead): string =>
  kind === 'element' ? `<${call} ${keys?.[0]}>` : kind === 'run' ? `${call}(…)` : `${call}('${keys?.[0]}')`;

/** One line for what happened at one place. */
function merged(events: readonly Event[]): readonly Event[] {
  const byLine = new Map<number, string[]>();
  for (const { line, sentence } of events) {
    const known = byLine.get(line) ?? [];
    if (!known.includes(sentence)) byLine.set(line, [...known, sentence]);
  }
  return [...byLine]
    .toSorted(([a], [b]) => a - b)
    .map(([line, sentences]) => ({ line, sentence: sentences.join(', ') }));
}
