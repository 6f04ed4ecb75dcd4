import type { NodePath } from '@babel/traverse';
import * as t from '@babel/types';
import { placeOf } from './by-hand.ts';
import type { Edit } from './draft.ts';
import { listRemoval } from './fold-expression.ts';
import { markersFor } from './markers.ts';
import { siblingsOf, statementRemoval } from './places.ts';
import type { Work } from './prune-file.ts';
import type { Purity } from './purity.ts';
import { type ParsedFile, parseFile } from './scoped.ts';
import { settled } from './settle.ts';

interface Surroundings {
  readonly files: readonly string[];
  /** As a file is by now. */
  textOf(file: string): string;
  /** The same without the key where it names a member of a type. */
  withoutTypes(file: string): string;
  /** Whether what a file exports is passed on as a whole. */
  isOpen(file: string): boolean;
  readonly purity: Purity;
}

/** Takes away where the key is declared for others to use, where nobody does any more. */
export function withoutDeclarations(
  works: readonly Work[],
  given: Omit<Surroundings, 'withoutTypes'>,
): readonly Work[] {
  const around: Surroundings = { ...given, withoutTypes: (file) => withoutTypes(works, file, given.textOf(file)) };
  return works.map((work) => {
    const declared = work.reads.filter(({ kind }) => kind === 'declaration' || kind === 'constant');
    const keys = declared.map(({ keyAt, line }) => ({ at: keyAt.start, line }));
    const values = around.isOpen(work.file) ? [] : work.exported;
    return [...keys, ...values].reduce((now, { at, line }) => withoutOne(now, at, line, around), work);
  });
}

function withoutTypes(works: readonly Work[], file: string, text: string): string {
  const work = works.find((one) => one.file === file);
  const spots = work?.reads.filter(({ call }) => call === 'type').map(({ keyAt }) => keyAt) ?? [];
  return spots.reduce((now, { start, end }) => {
    const at = work === undefined ? null : placeOf(work.draft, start);
    return at === null ? now : `${now.slice(0, at)}${' '.repeat(end - start)}${now.slice(at + end - start)}`;
  }, text);
}

function withoutOne(work: Work, origin: number, line: number, around: Surroundings): Work {
  const at = placeOf(work.draft, origin);
  const parsed = at === null ? null : parseFile(work.file, work.draft.text);
  const literal = parsed === null ? null : literalAt(parsed, at as number);
  const found = literal === null ? null : declarationOf(literal, work.draft.text);
  if (found === null || found.isUsed(work, around)) return work;
  const markers = markersFor(work.draft.text);
  const { file, text } = work;
  const { draft, events } = settled({
    file,
    text,
    draft: work.draft,
    edits: found.edits,
    markers,
    purity: around.purity,
    was: work.was,
  });
  return { ...work, draft, notes: [...work.notes, { line, sentence: `${found.shown} unused → removed` }, ...events] };
}

function literalAt({ program }: ParsedFile, at: number): NodePath | null {
  let found: NodePath | null = null;
  program.traverse({
    enter(path) {
      if (path.node.start === at && isKey(path)) found = path;
    },
  });
  return found;
}

const isKey = (path: NodePath): boolean =>
  path.isStringLiteral() ||
  path.isTemplateLiteral() ||
  (path.key === 'id' && path.parentPath?.isVariableDeclarator() === true) ||
  (path.key === 'key' && path.parentPath?.isTSPropertySignature() === true);

/** Something that is there for the key alone. */
interface Declaration {
  readonly shown: string;
  readonly edits: readonly Edit[];
  isUsed(work: Work, around: Surroundings): boolean;
}

/** Where it has a name. */
interface NamedPart {
  /** `KEYS` of `KEYS.newCheckout`; the same as `name` where it has no members. */
  readonly owner: string;
  /** Null: it is no member. */
  readonly member: string | null;
  /** The part that goes. */
  readonly span: readonly [number, number];
}

function declarationOf(literal: NodePath, text: string): Declaration | null {
  const holder = literal.findParent(
    (up) => !/^TS(?:As|Satisfies|NonNull)|ParenthesizedExpression/.test(up.type) && !isDefinition(up),
  );
  if (holder === null) return null;
  if (holder.isTSPropertySignature()) return ofType(holder, text);
  if (holder.isVariableDeclarator()) return ofConstant(holder, text);
  if (holder.isTSEnumMember() && holder.parent.type.startsWith('TSEnum')) {
    const around = holder.findParent((up) => up.isTSEnumDeclaration())?.node as t.TSEnumDeclaration | undefined;
    return around === undefined ? null : ofMember(holder, around.id.name, holder.node.id, text);
  }
  const owner = holder.isObjectProperty() ? ownerOf(holder) : null;
  return owner === null ? null : ofMember(holder, owner, (holder.node as t.ObjectProperty).key, text);
}

/** `defineFlag('…', …)`, and what stands in it. */
const isDefinition = (path: NodePath): boolean =>
  path.isCallExpression() && path.node.callee.type === 'Identifier' && path.node.callee.name === 'defineFlag';

function ofConstant(path: NodePath<t.VariableDeclarator>, text: string): Declaration | null {
  const declaration = path.parentPath as NodePath<t.VariableDeclaration>;
  const { id } = path.node;
  if (id.type !== 'Identifier' || declaration.node.declarations.length > 1) return null;
  const exported = declaration.parentPath?.isExportNamedDeclaration() === true ? declaration.parentPath : declaration;
  if (siblingsOf(exported) === null) return null;
  const { start, end } = exported.node as { start: number; end: number };
  const part: NamedPart = { owner: id.name, member: null, span: [start, end] };
  return {
    shown: id.name,
    edits: statementRemoval(exported, text),
    isUsed: (work, around) => isUsed(part, work, around),
  };
}

function ofMember(path: NodePath, owner: string, key: t.Node, text: string): Declaration | null {
  const member = key.type === 'Identifier' ? key.name : key.type === 'StringLiteral' ? key.value : null;
  const { start, end } = path.node as { start: number; end: number };
  if (member === null) return null;
  const part: NamedPart = { owner, member, span: [start, end] };
  return {
    shown: `${owner}.${member}`,
    edits: listRemoval(path, text),
    isUsed: (work, around) => isUsed(part, work, around),
  };
}

/** A member of the type that lists the flags: it goes once no code has the key any more. */
function ofType(path: NodePath<t.TSPropertySignature>, text: string): Declaration | null {
  const { key } = path.node;
  const name = key.type === 'Identifier' ? key.name : key.type === 'StringLiteral' ? key.value : null;
  const holder = path.parentPath.parent;
  if (name === null || !('id' in holder) || !t.isIdentifier(holder.id)) return null;
  return {
    shown: `${holder.id.name}.${name}`,
    edits: statementRemoval(path, text),
    isUsed: (_, { files, withoutTypes }) =>
      files.some((file) => {
        const whole = withoutTypes(file);
        return whole.includes(name) && isQuoted(withoutComments(whole), name);
      }),
  };
}

const isQuoted = (text: string, name: string): boolean =>
  ["'", '"', '`'].some((quote) => text.includes(`${quote}${name}${quote}`));

/** The constant whose object has it directly. */
function ownerOf(property: NodePath): string | null {
  const object = property.parentPath;
  const holder = object?.findParent((up) => !/^TS(?:As|Satisfies|NonNull)/.test(up.type) && !isFrozen(up));
  if (object?.isObjectExpression() !== true || holder?.isVariableDeclarator() !== true) return null;
  return holder.node.id.type === 'Identifier' ? holder.node.id.name : null;
}

const isFrozen = (path: NodePath): boolean =>
  path.isCallExpression() && path.node.callee.type === 'MemberExpression' && path.node.arguments.length === 1;

const withoutComments = (text: string): string => text.replace(/\/\*[\s\S]*?\*\/|(?<=^|\s)\/\/[^\n]*/g, '');

/** Whether a file calls something else of its own so. */
function hasItsOwn(text: string, name: string): boolean {
  const isDeclared = new RegExp(`^(?:const|let|var|enum|class|function)\\s+${escaped(name)}(?![\\w$])`, 'm').test(text);
  return (
    isDeclared && !new RegExp(`\\bimport\\b[^;'"]*(?<![\\w$])${escaped(name)}(?![\\w$])[^;'"]*\\bfrom\\b`).test(text)
  );
}

/** Whether any file names it, or uses the whole of which it is a member. */
function isUsed({ owner, member, span }: NamedPart, work: Work, { files, textOf }: Surroundings): boolean {
  const name = new RegExp(`(?<![\\w$])${escaped(owner)}(?![\\w$])`, 'g');
  return files.some((file) => {
    const isOwn = file === work.file;
    const whole = isOwn ? work.draft.text : textOf(file);
    if (!whole.includes(owner)) return false;
    const text = isOwn ? whole.slice(0, span[0]) + whole.slice(span[1]) : whole;
    const bare = withoutComments(text);
    if (!isOwn && hasItsOwn(bare, owner)) return false;
    const uses = [...bare.matchAll(name)].map(
      ({ index }) =>
        [
          bare.slice(Math.max(0, index - 40), index),
          bare.slice(index + owner.length, index + owner.length + 200),
        ] as const,
    );
    const isWhole = /\*\s*as\s|\brequire\(|\bimport\(|export\s*\*/.test(bare);
    return uses.some(([before, after]) =>
      member === null ? isWhole || !isOwnName(before, after) : !isHarmless(before, after, member),
    );
  });
}

/** The name of a member of something else. */
const isOwnName = (before: string, after: string): boolean =>
  /\.\s*$/.test(before) || (/[{,;]\s*$/.test(before) && /^\s*\??:/.test(after));

/** Another member, a type, an import, or the declaration itself. */
function isHarmless(before: string, after: string, member: string): boolean {
  const other = /^\s*\??\.\s*([\w$]+)/.exec(after)?.[1];
  if (other !== undefined) return other !== member;
  if (/\b(?:typeof|keyof|const|let|var|enum|import)\s+$/.test(before)) return true;
  return /^\s*[,}][^;]*?\bfrom\b/.test(after) || /(?:import|export)\s*(?:type\s*)?\{[^}]*$/.test(before);
}

const escaped = (name: string): string => name.replace(/[^\w]/g, '\\$&');
