import path from 'node:path';
import {
  DEFINITION_FORMAT,
  type FlagDefinition,
  type SegmentDefinition,
  usualFields,
} from '@glidepath/core/definition';
import type { DefinitionsView } from '@glidepath/server/api-types';
import { Document } from 'yaml';
import type { Call } from '../call.ts';
import type { Outcome } from '../command.ts';
import { projectRoute } from '../paths.ts';
import { fileNameOf } from './file-name.ts';
import { folderOf, shownFrom, sourcesIn } from './folder.ts';
import { bringTo } from './merge.ts';
import { rewritten } from './rewrite.ts';
import { FLAG_SHAPE, SEGMENT_SHAPE } from './shape.ts';
import type { Source } from './source.ts';

type Definition = FlagDefinition | SegmentDefinition;

/** A definition of the service, and where it is written; null = a file of its own has to be made. */
interface Wanted {
  readonly kind: Source['kind'];
  readonly definition: Definition;
  readonly source: Source | null;
}

/** Brings the files of the folder to what the service says, and makes those that are missing. */
export async function pullDefinitions(call: Call): Promise<Outcome> {
  const folder = folderOf(call);
  const sources = sourcesIn(call, folder);
  const view = await call.api().send<DefinitionsView>('GET', `${projectRoute(call)}/definitions`);
  const { files } = call.outside;
  const isDry = call.has('dry-run');
  const changed = [...textsFor(call, folder, view, sources)].filter(([file, text]) => files.read(file) !== text);
  if (!isDry) for (const [file, text] of changed) files.write(file, text);
  const written = changed.map(([file]) => shownFrom(call, file));
  const lines = written.map((file) => `${isDry ? 'would write' : 'wrote'} ${file}\n`);
  return {
    document: { folder: shownFrom(call, folder), written, dryRun: isDry },
    text: lines.length === 0 ? `${shownFrom(call, folder)} is up to date\n` : lines.join(''),
  };
}

/** The text of every file as it is to be. */
function textsFor(
  call: Call,
  folder: string,
  view: DefinitionsView,
  sources: readonly Source[],
): ReadonlyMap<string, string> {
  const files = documentsByFile(sources);
  const before = new Map([...files].map(([file, documents]) => [file, printed(documents)]));
  const texts = new Map<string, string>();
  for (const { kind, definition, source } of wantedBy(view, sources)) {
    if (source === null) texts.set(fileFor(folder, kind, definition), newText(kind, definition));
    else bringTo(source.document, inFile(definition, source), kind === 'flag' ? FLAG_SHAPE : SEGMENT_SHAPE);
  }
  for (const [file, documents] of files)
    texts.set(file, rewritten(call.outside.files.read(file) ?? '', before.get(file) ?? '', printed(documents)));
  return texts;
}

/** What was put aside gets no file, but keeps the one that it has. */
function wantedBy({ flags, segments }: DefinitionsView, sources: readonly Source[]): readonly Wanted[] {
  const sourceOf = (kind: Source['kind'], key: string) =>
    sources.find((source) => source.kind === kind && source.key === key) ?? null;
  return [
    ...flags.map((definition) => ({ kind: 'flag', definition, source: sourceOf('flag', definition.key) }) as const),
    ...segments.map(
      (definition) => ({ kind: 'segment', definition, source: sourceOf('segment', definition.key) }) as const,
    ),
  ].filter(({ definition, source }) => source !== null || !('archived' in definition));
}

/** Where a new definition lies. */
export function fileFor(folder: string, kind: Source['kind'], { key }: Definition): string {
  return kind === 'flag' ? path.join(folder, fileNameOf(key)) : path.join(folder, 'segments', fileNameOf(key));
}

function newText(kind: Source['kind'], definition: Definition): string {
  const { environments } = definition;
  return definitionText(kind, {
    ...definition,
    ...(kind === 'segment' && { environments: withoutMembers(environments) }),
  });
}

/** A file that holds one definition. */
export function definitionText(kind: Source['kind'], definition: Definition): string {
  const document = new Document({}, { version: '1.2' });
  bringTo(
    document,
    { apiVersion: DEFINITION_FORMAT, ...(kind === 'segment' && { kind }), ...definition },
    { kind: 'each', of: { kind: 'whole' }, keeps: true },
  );
  return printed([document]);
}

/** Keys of members come and go by themselves: a file holds them only where somebody wrote them into it. */
function withoutMembers(environments: SegmentDefinition['environments'] = {}) {
  return Object.fromEntries(
    Object.entries(environments).map(([key, { included: _, excluded: __, ...rest }]) => [key, rest]),
  );
}

/** What the file is to say: what it says already stays said, and environments that it does not name stay unnamed. */
function inFile(definition: Definition, { definition: present, kind }: Source): Readonly<Record<string, unknown>> {
  const usual =
    kind === 'flag' ? { ...usualFields(definition), archived: false } : { name: definition.key, description: '' };
  const said = Object.fromEntries(Object.entries(usual).filter(([field]) => Object.hasOwn(present, field)));
  const named = present.environments;
  const { environments, ...shared } = definition;
  if (typeof named !== 'object' || named === null) return { ...said, ...shared };
  const kept = Object.entries(environments ?? {}).flatMap(([key, environment]) =>
    Object.hasOwn(named, key) ? [[key, kind === 'flag' ? environment : withMembersOf(environment, named, key)]] : [],
  );
  return { ...said, ...shared, environments: Object.fromEntries(kept) };
}

function withMembersOf(environment: object, named: object, key: string): object {
  const present: unknown = Reflect.get(named, key);
  const lists = ['included', 'excluded'].filter((list) => typeof present === 'object' && present && list in present);
  const others = Object.entries(environment).filter(([field]) => field === 'rules' || lists.includes(field));
  return { ...Object.fromEntries(lists.map((list) => [list, []])), ...Object.fromEntries(others) };
}

function documentsByFile(sources: readonly Source[]): ReadonlyMap<string, readonly Document[]> {
  const files = new Map<string, Document[]>();
  for (const { file, document } of sources) files.set(file, [...(files.get(file) ?? []), document]);
  return files;
}

const printed = (documents: readonly Document[]): string =>
  documents.map((document) => document.toString({ lineWidth: 0 })).join('');
