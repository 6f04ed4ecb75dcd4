import * as t from '@babel/types';
import { isCall } from './calls.ts';
import type { Draft } from './drafts.ts';
import type { FlagRead, Spot } from './flag-read.ts';
import { type Path, within } from './path.ts';
import type { Trust } from './recognise.ts';
import { speaksOfFlags } from './sdk.ts';
import { contains, idIn, idOf, relocated, spotOf } from './spots.ts';
import { child, type Evaluator, type Site } from './values.ts';
import { namesIn } from './wrappers.ts';

const QUOTED = /(["'`])((?:(?!\1)[^\\\n]){1,256})\1/g;

/** Where one of the keys stands in quotes, in order. */
function quotedIn(text: string, known: ReadonlySet<string> | null): readonly number[] {
  const found: number[] = [];
  if (known === null || known.size === 0) return found;
  // From each quote, not from behind the last pair: an apostrophe in a comment would turn all pairs inside out.
  QUOTED.lastIndex = 0;
  for (let match = QUOTED.exec(text); match !== null; match = QUOTED.exec(text)) {
    if (known.has(match[2] ?? '')) found.push(match.index);
    QUOTED.lastIndex = match.index + 1;
  }
  return found;
}

/** Where a key is written. */
interface Written {
  readonly key: string;
  readonly at: Spot;
  readonly line: number;
  readonly column: number;
}

/** What stays of a draft, which holds all of its file. */
export interface Kept {
  readonly read: FlagRead;
  readonly trust: Trust;
  /** Each of its keys that is written in one piece. */
  readonly written: readonly Written[];
}

export function keptOf({ trust, wrapper: _, written, ...read }: Draft): Kept {
  return {
    read: relocated(read, spotOf),
    trust,
    written: written.flatMap(({ text, written: [site, ...others] }) =>
      site === undefined || others.length > 0 ? [] : [writtenAt(site, text)],
    ),
  };
}

function writtenAt(site: Site, key: string): Written {
  const { loc } = site.path.node;
  return { key, at: spotOf(site), line: loc?.start.line ?? 1, column: (loc?.start.column ?? 0) + 1 };
}

/** Types whose members are the flags: `interface ShopFlags`, `type FlagSchema = {`. */
const REGISTRY = /(?:flags|flagschema|toggles)$/i;
const HAS_REGISTRY = /\b(?:interface|type)\s+\w*(?:flags|flagschema|toggles)\b/i;

/** Where one of the keys may be written: in quotes, or as a word where flags may be members of a type. */
function writtenIn(text: string, known: ReadonlySet<string> | null): readonly number[] {
  const quoted = quotedIn(text, known);
  if (known === null || !HAS_REGISTRY.test(text)) return quoted;
  const words = [...text.matchAll(/[A-Za-z_$][\w$]*/g)].filter(([word]) => known.has(word));
  return [...quoted, ...words.map(({ index }) => index)];
}

const nameOf = (node: t.Node): string | null => (node.type === 'Identifier' ? node.name : null);

function isMemberOfFlags({ key, parentPath }: Path): boolean {
  if (key !== 'key' || parentPath?.node.type !== 'TSPropertySignature' || parentPath.node.computed === true)
    return false;
  const holder = parentPath.parentPath?.parentPath?.node;
  const isNamed = holder?.type === 'TSInterfaceDeclaration' || holder?.type === 'TSTypeAliasDeclaration';
  return isNamed && REGISTRY.test(holder.id.name);
}

/** Where keys are written that reads elsewhere use. */
export function constantsOf(reads: readonly Kept[]): readonly FlagRead[] {
  const seen = new Set<string>();
  const isKey = spansOf(reads.map(({ read }) => read));
  return reads.flatMap(({ written }) =>
    written.flatMap((one) => {
      const id = idOf(one.at);
      if (seen.has(id) || isKey(one.at)) return [];
      seen.add(id);
      return [mention(one, 'constant')];
    }),
  );
}

/** Whether something stands where a read has its key. */
function spansOf(reads: readonly FlagRead[]): (at: Spot) => boolean {
  const keys = new Map<string, Spot[]>();
  for (const { keyAt } of reads) keys.set(keyAt.file, [...(keys.get(keyAt.file) ?? []), keyAt]);
  return (at) => keys.get(at.file)?.some((key) => contains(key, at)) === true;
}

const mention = ({ key, at, line, column }: Written, call: 'constant' | 'type' | 'text'): FlagRead => ({
  call,
  kind: call === 'text' ? 'text' : 'constant',
  keys: [key],
  why: null,
  fallback: null,
  at,
  keyAt: at,
  parts: null,
  context: null,
  run: null,
  isReplaceable: false,
  line,
  column,
});

/** A key in something that is named after flags, which counts where no read is in between. */
export interface Named extends Written {
  /** What is around it, from the inside to what has the name, as `idIn` names it. */
  readonly inside: readonly string[];
  readonly call: 'type' | 'text';
}

/** Keys in something that is named after flags: `const FLAGS = ['new-checkout']`, `mockFlags({ 'new-checkout': true })`. */
export function namedIn(evaluator: Evaluator, file: string, known: ReadonlySet<string> | null): readonly Named[] {
  const { project } = evaluator;
  const written = writtenIn(project.textOf(file) ?? '', known);
  const code = written.length === 0 ? null : project.code(file);
  if (code === null) return [];
  const found: Named[] = [];
  within(code.program, (node, pathOf) => {
    if (!written.some((at) => at >= (node.start as number) && at < (node.end as number))) return 'past';
    const text = textOf(node) ?? nameOf(node);
    if (text === null || known?.has(text) !== true) return undefined;
    const path = pathOf();
    if (isMemberOfFlags(path)) found.push({ ...writtenAt({ file, path }, text), inside: [], call: 'type' });
    if (node.type === 'Identifier' || found.at(-1)?.at.start === node.start) return undefined;
    const inside = insideOf(path);
    const site: Site = { file, path };
    if (inside !== null && !isGivenToOwn(evaluator, site))
      found.push({ ...writtenAt(site, text), inside, call: 'text' });
    return undefined;
  });
  return found;
}

/** Those of a file that are neither keys of its reads nor within them. */
export function mentionsOf(named: readonly Named[], own: readonly FlagRead[]): readonly FlagRead[] {
  const calls = new Set(own.map(({ at }) => idIn(at)));
  const isKey = spansOf(own);
  return named
    .filter(({ at, inside }) => !isKey(at) && !inside.some((id) => calls.has(id)))
    .map((one) => mention(one, one.call));
}

/** What the code's own function makes of it shows: nothing that has to do with flags. */
function isGivenToOwn(evaluator: Evaluator, site: Site): boolean {
  const { parentPath } = site.path;
  const callee = parentPath !== null && isCall(parentPath.node) ? child({ ...site, path: parentPath }, 'callee') : null;
  return callee !== null && evaluator.valueOf(callee).kind === 'function';
}

function textOf(node: t.Node): string | null {
  if (node.type === 'StringLiteral') return node.value;
  const isPlain = node.type === 'TemplateLiteral' && node.expressions.length === 0;
  return isPlain ? (node.quasis[0]?.value.cooked ?? null) : null;
}

/** What is around it up to the nearest thing with a name; null where that does not speak of flags. */
function insideOf(path: Path): readonly string[] | null {
  const inside: string[] = [];
  let { node } = path;
  for (let up = path.parentPath; up !== null; up = up.parentPath) {
    inside.push(idIn(up.node));
    const names = namesAround(node, up.node, up.parentPath?.node);
    if (names === 'stop') return null;
    if (speaksOfFlags(names.join(' '))) return inside;
    if (isNaming(up.node)) return null;
    node = up.node;
  }
  return null;
}

/** What is named by it, and by nothing around it. */
const isNaming = (node: t.Node): boolean =>
  t.isVariableDeclarator(node) ||
  t.isAssignmentExpression(node) ||
  t.isClassProperty(node) ||
  t.isTSEnumDeclaration(node) ||
  t.isTSTypeAliasDeclaration(node) ||
  t.isJSXAttribute(node) ||
  t.isBinaryExpression(node) ||
  t.isSwitchCase(node) ||
  isCall(node);

function namesAround(node: t.Node, parent: t.Node, around: t.Node | undefined): readonly string[] | 'stop' {
  switch (parent.type) {
    case 'VariableDeclarator':
    case 'TSEnumDeclaration':
    case 'TSTypeAliasDeclaration':
      return namesIn(parent.id);
    case 'AssignmentExpression':
    case 'AssignmentPattern':
      return namesIn(parent.left);
    case 'ClassProperty':
    case 'ObjectProperty':
      return node === parent.key ? [] : namesIn(parent.key);
    case 'JSXAttribute':
      return [String(parent.name.name), ...namesOfElement(parent, around)];
    case 'BinaryExpression':
      return namesIn(node === parent.left ? parent.right : parent.left);
    case 'CallExpression':
    case 'OptionalCallExpression':
    case 'NewExpression':
      return namesIn(parent.callee);
    default:
      return ENDS.test(parent.type) ? 'stop' : [];
  }
}

const ENDS = /(Statement|Declaration|Program|BlockStatement|Function|Method|ArrowFunctionExpression)$/;

/** What texts in attributes of these names are for does not hang on the element. */
const PLAIN_ATTRIBUTES =
  /^(?:class(?:Name)?|id|href|src|to|path|title|label|alt|placeholder|role|key|style|(?:data|aria)-.*)$/;

/** `<FeatureFlagged with="new-checkout">` */
function namesOfElement({ name }: t.JSXAttribute, element: t.Node | undefined): readonly string[] {
  const isPlain = name.type !== 'JSXIdentifier' || PLAIN_ATTRIBUTES.test(name.name);
  return isPlain || element?.type !== 'JSXOpeningElement' ? [] : namesIn(element.name);
}
