import * as t from '@babel/types';
import { isCall } from './calls.ts';
import type { Draft } from './drafts.ts';
import type { FlagRead } from './flag-read.ts';
import { speaksOfFlags } from './sdk.ts';
import { child, type Evaluator, type Site } from './values.ts';
import { pathsOf, walk } from './walk.ts';
import { namesIn } from './wrappers.ts';

const QUOTED = /(["'`])((?:(?!\1)[^\\\n]){1,256})\1/g;

/** Whether one of the keys stands in quotes. */
function quotesKnown(text: string, known: ReadonlySet<string> | null): boolean {
  if (known === null || known.size === 0) return false;
  // From each quote, not from behind the last pair: an apostrophe in a comment would turn all pairs inside out.
  QUOTED.lastIndex = 0;
  for (let found = QUOTED.exec(text); found !== null; found = QUOTED.exec(text)) {
    if (known.has(found[2] ?? '')) return true;
    QUOTED.lastIndex = found.index + 1;
  }
  return false;
}

/** Where keys are written that reads elsewhere use. */
export function constantsOf(reads: readonly Draft[]): readonly Draft[] {
  const seen = new Set<t.Node>();
  const isKey = spansOf(reads);
  return reads.flatMap((read) =>
    read.written.flatMap(({ text, written }) => {
      const [site] = written;
      if (written.length !== 1 || site === undefined || seen.has(site.path.node)) return [];
      if (isKey(site.file, site.path.node)) return [];
      seen.add(site.path.node);
      return [mention(site, text, 'constant')];
    }),
  );
}

/** Whether something stands where a read has its key. */
function spansOf(reads: readonly FlagRead[]): (file: string, node: t.Node) => boolean {
  const keys = new Map<string, t.Node[]>();
  for (const { keyAt } of reads) {
    const own = keys.get(keyAt.file);
    if (own === undefined) keys.set(keyAt.file, [keyAt.path.node]);
    else own.push(keyAt.path.node);
  }
  return (file, node) => keys.get(file)?.some((key) => contains(key, node)) === true;
}

const contains = (outer: t.Node, inner: t.Node): boolean =>
  outer === inner || (spanOf(outer)[0] <= spanOf(inner)[0] && spanOf(outer)[1] >= spanOf(inner)[1]);

const spanOf = ({ start, end }: t.Node): readonly [number, number] => [start ?? 0, end ?? 0];

function mention(site: Site, key: string, call: 'constant' | 'text'): Draft {
  const { loc } = site.path.node;
  return {
    call,
    kind: call,
    keys: [key],
    why: null,
    fallback: null,
    at: site,
    keyAt: site,
    context: null,
    run: null,
    isReplaceable: false,
    line: loc?.start.line ?? 1,
    column: (loc?.start.column ?? 0) + 1,
    trust: 'sure',
    wrapper: null,
    written: [],
  };
}

/** Keys in something that is named after flags: `const FLAGS = ['new-checkout']`, `mockFlags({ 'new-checkout': true })`. */
export function mentionsIn(
  evaluator: Evaluator,
  file: string,
  known: ReadonlySet<string> | null,
  own: readonly Draft[],
): readonly Draft[] {
  const { project } = evaluator;
  if (!quotesKnown(project.textOf(file) ?? '', known)) return [];
  const parsed = project.parsed(file);
  if (parsed === null) return [];
  const calls = new Set(own.map(({ at: { path } }) => path.node));
  const isKey = spansOf(own);
  const found: (readonly t.Node[])[] = [];
  walk(parsed.ast.program, (node, above) => {
    const text = textOf(node);
    if (text === null || known?.has(text) !== true || isKey(file, node)) return;
    if (isAboutFlags(node, above, calls)) found.push([...above, node]);
  });
  const program = found.length === 0 ? null : project.scoped(file);
  return (program === null ? [] : pathsOf(program, found)).flatMap((path) => {
    const site: Site = { file, path };
    return isGivenToOwn(evaluator, site) ? [] : [mention(site, textOf(path.node) ?? '', 'text')];
  });
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

/** Whether the nearest thing with a name speaks of flags. */
function isAboutFlags(start: t.Node, above: readonly t.Node[], calls: ReadonlySet<t.Node>): boolean {
  let node = start;
  for (const [index, parent] of [...above.entries()].toReversed()) {
    if (calls.has(parent)) return false;
    const names = namesAround(node, parent, above[index - 1]);
    if (names === 'stop') return false;
    if (speaksOfFlags(names.join(' '))) return true;
    if (isNaming(parent)) return false;
    node = parent;
  }
  return false;
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
