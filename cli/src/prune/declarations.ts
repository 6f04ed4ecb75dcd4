import type { NodePath } from '@babel/traverse';
import type * as t from '@babel/types';
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
  readonly purity: Purity;
}

/** Takes away where the key is declared for others to use, where nobody does any more. */
export function withoutDeclarations(works: readonly Work[], around: Surroundings): readonly Work[] {
  return works.map((work) => {
    if (GENERATED.test(work.file)) return work;
    const declared = work.reads.filter(({ kind }) => kind === 'declaration' || kind === 'constant');
    return declared.reduce((now, read) => withoutOne(now, read.keyAt.start, read.line, around), work);
  });
}

/** Written anew by `glidepath typegen`. */
const GENERATED = /\.gen\.[cm]?tsx?$/;

function withoutOne(work: Work, origin: number, line: number, around: Surroundings): Work {
  const at = placeOf(work.draft, origin);
  const parsed = at === null ? null : parseFile(work.file, work.draft.text);
  const literal = parsed === null ? null : literalAt(parsed, at as number);
  const found = literal === null ? null : declarationOf(literal, work.draft.text);
  if (found === null || isUsed(found, work, around)) return work;
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
      if (path.node.start === at && (path.isStringLiteral() || path.isTemplateLiteral())) found = path;
    },
  });
  return found;
}

/** Something with a name that is there for the key alone. */
interface Declaration {
  /** `KEYS` of `KEYS.newCheckout`; the same as `name` where it has no members. */
  readonly owner: string;
  /** Null: it is no member. */
  readonly member: string | null;
  readonly shown: string;
  readonly edits: readonly Edit[];
  /** The part that goes. */
  readonly span: readonly [number, number];
}

function declarationOf(literal: NodePath, text: string): Declaration | null {
  const holder = literal.findParent(
    (up) => !/^TS(?:As|Satisfies|NonNull)|ParenthesizedExpression/.test(up.type) && !isDefinition(up),
  );
  if (holder === null) return null;
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
  return { owner: id.name, member: null, shown: id.name, edits: statementRemoval(exported, text), span: [start, end] };
}

function ofMember(path: NodePath, owner: string, key: t.Node, text: string): Declaration | null {
  const member = key.type === 'Identifier' ? key.name : key.type === 'StringLiteral' ? key.value : null;
  const { start, end } = path.node as { start: number; end: number };
  if (member === null) return null;
  return { owner, member, shown: `${owner}.${member}`, edits: listRemoval(path, text), span: [start, end] };
}

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
function isUsed({ owner, member, span }: Declaration, work: Work, { files, textOf }: Surroundings): boolean {
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
