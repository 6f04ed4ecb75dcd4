import path from 'node:path';
import type { FlagDefinition, SegmentDefinition } from '@glidepath/core/definition';
import { DEFINITION_FORMAT } from '@glidepath/core/definition';
import { type Document, isMap, isScalar, LineCounter, parseAllDocuments } from 'yaml';
import type { Files } from '../outside.ts';
import { aliasesIn, bareWordsIn } from './quoting.ts';

/** One document of a file: a flag or a segment. */
export interface Source {
  readonly file: string;
  readonly kind: 'flag' | 'segment';
  readonly key: string;
  /** Without what only a file has: format, kind, and fields that begin with `x-`. */
  readonly definition: FlagDefinition | SegmentDefinition;
  readonly document: Document.Parsed;
  readonly lines: LineCounter;
}

/** A file with all its documents, in order. */
export interface SourceFile {
  readonly file: string;
  readonly sources: readonly Source[];
  /** What is wrong with it, each with its place. */
  readonly faults: readonly string[];
}

const ENDINGS = ['.yaml', '.yml'];
const SEGMENT_OR_FLAG = ['flag', 'segment'];

/** Reads every YAML file of a folder and those below it, in order. */
export function readSources(files: Files, folder: string, shownFrom: string): readonly SourceFile[] {
  return filesBelow(files, folder).map((file) => {
    const shown = path.relative(shownFrom, file);
    return sourceFileOf(file, shown, files.read(file) ?? '');
  });
}

function filesBelow(files: Files, folder: string): readonly string[] {
  return files.list(folder).flatMap(({ name, kind }) => {
    const whole = path.join(folder, name);
    if (name.startsWith('.')) return [];
    if (kind === 'folder') return filesBelow(files, whole);
    return kind === 'file' && ENDINGS.includes(path.extname(name)) ? [whole] : [];
  });
}

function sourceFileOf(file: string, shown: string, text: string): SourceFile {
  const lines = new LineCounter();
  const parsed = parseAllDocuments(text, { lineCounter: lines, version: '1.2', prettyErrors: false });
  const documents = 'empty' in parsed ? [] : parsed.filter(({ contents }) => contents !== null);
  const at = (offset: number) => placeAt(shown, lines, offset);
  const faults = documents.flatMap((document) => [
    ...[...document.errors, ...document.warnings].map(({ message, pos }) => `${at(pos[0])}: ${message}`),
    ...aliasesIn(document).map((offset) => `${at(offset)}: write it out: references are not followed here`),
    ...bareWordsIn(document).map(
      ({ word, offset }) => `${at(offset)}: write "${word}" with quotes: other tools read ${word} as true or false`,
    ),
  ]);
  if (faults.length > 0) return { file, sources: [], faults };
  const sources: Source[] = [];
  for (const document of documents) {
    const read = sourceOf(file, document, lines);
    if (typeof read === 'string') faults.push(`${at(document.contents?.range[0] ?? 0)}: ${read}`);
    else sources.push(read);
  }
  return { file, sources, faults };
}

/** A sentence where the document is none of ours. */
function sourceOf(file: string, document: Document.Parsed, lines: LineCounter): Source | string {
  if (!isMap(document.contents)) return 'there is no definition here: write fields such as `key: new-checkout`';
  const { apiVersion, kind = 'flag', ...fields } = document.toJS() as Readonly<Record<string, unknown>>;
  if (apiVersion !== DEFINITION_FORMAT)
    return apiVersion === undefined
      ? `it is not said which format this is: write \`apiVersion: ${DEFINITION_FORMAT}\``
      : `the format ${JSON.stringify(apiVersion)} is not known here: use ${DEFINITION_FORMAT}`;
  if (!SEGMENT_OR_FLAG.includes(kind as string)) return '`kind` must be flag or segment';
  const { key } = fields;
  if (key === undefined) return 'the key is missing: write `key:` and a text';
  if (typeof key !== 'string') return 'the key must be a text: write it with quotes';
  const definition = Object.fromEntries(Object.entries(fields).filter(([name]) => !name.startsWith('x-')));
  // Shapes are for the service to check: it tells what is wrong by pointers, which lead back to lines.
  return {
    file,
    kind: kind as Source['kind'],
    key,
    definition: definition as unknown as FlagDefinition,
    document,
    lines,
  };
}

/** What is wrong where a pointer leads, or as near to it as anything stands: `flags/checkout.yaml:12:5: …`. */
export function faultAt({ document, lines }: Source, shown: string, pointer: string, detail: string): string {
  const { offset, missing } = followed(document, pointer);
  // A phrase is said of a field, and where that is not there nobody sees which one is meant.
  const about = missing !== null && /^[a-z]/.test(detail) ? `\`${missing}\` ` : '';
  return `${placeAt(shown, lines, offset)}: ${about}${detail}`;
}

interface Followed {
  readonly offset: number;
  /** The first step that leads nowhere. */
  readonly missing: string | null;
}

function followed(document: Document.Parsed, pointer: string): Followed {
  const steps = pointer
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
  let offset = document.contents?.range[0] ?? 0;
  let node: unknown = document.contents;
  for (const step of steps) {
    const next = childOf(node, step);
    if (next === null) return { offset, missing: step };
    offset = next.offset;
    node = next.node;
  }
  return { offset, missing: null };
}

interface Child {
  readonly node: unknown;
  readonly offset: number;
}

function childOf(node: unknown, step: string): Child | null {
  if (isMap(node)) {
    const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === step);
    return pair === undefined ? null : { node: pair.value, offset: offsetOf(pair.key) ?? 0 };
  }
  const items = (node as { readonly items?: readonly unknown[] } | null)?.items;
  const item = items?.[Number(step)];
  return item === undefined ? null : { node: item, offset: offsetOf(item) ?? 0 };
}

const offsetOf = (node: unknown): number | undefined =>
  (node as { readonly range?: readonly number[] | null } | null)?.range?.[0];

function placeAt(shown: string, lines: LineCounter, offset: number): string {
  const { line, col } = lines.linePos(offset);
  return `${shown}:${line}:${col}`;
}
