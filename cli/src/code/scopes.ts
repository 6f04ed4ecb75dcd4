import * as t from '@babel/types';
import { innerList, type Path, within } from './path.ts';

/** What a name stands for. */
export interface Binding {
  readonly kind: 'param' | 'local' | 'other';
  readonly identifier: t.Identifier;
  /** What declares it: a declarator, a function, a class, an import, a parameter. */
  readonly path: Path;
  /** Where it holds. */
  readonly owner: Path;
  /** Where it is given something else later, in the order of the text; a loop gives its own each time. */
  readonly changes: readonly Path[];
}

/** The names of a program. */
export interface Scopes {
  /** What a name stands for there. */
  bindingOf(path: Path, name: string): Binding | undefined;
  readonly assignments: readonly Path<t.AssignmentExpression>[];
  /** In the order of the text. */
  readonly wanted: readonly Path[];
}

interface Known extends Binding {
  readonly changes: Path[];
}

interface Collected {
  /** By the node where they hold. */
  readonly tables: Map<t.Node, Map<string, Known>>;
  readonly assignments: Path<t.AssignmentExpression>[];
  /** `x++`, `delete x`, `for (x of …)` */
  readonly others: Path[];
}

/** One walk through a program. Where a name is declared twice the first one counts, and the second changes it. */
export function scopesOf(program: Path<t.Program>, isWanted: (node: t.Node) => boolean): Scopes {
  const wanted: Path[] = [];
  const found: Collected = { tables: new Map(), assignments: [], others: [] };
  within(program, (node, pathOf) => {
    // No value has a name in a type, and none is asked for.
    if (node.type === 'TSTypeAnnotation') return 'past';
    if (NOTED.has(node.type)) note(found, pathOf());
    if (isWanted(node)) wanted.push(pathOf());
    return undefined;
  });
  const bindingOf = (path: Path, name: string) => lookUp(found.tables, path, name);
  for (const path of [...found.assignments, ...found.others])
    for (const { name } of targetsOf(path.node)) change(bindingOf(path, name), path);
  return { bindingOf, assignments: found.assignments, wanted };
}

function change(binding: Known | undefined, path: Path): void {
  // It comes twice only where it gives one name two things, one right behind the other: `[a, a] = b`.
  if (binding !== undefined && binding.changes.at(-1)?.node !== path.node) binding.changes.push(path);
}

const FUNCTIONS: ReadonlySet<string> = new Set(t.FLIPPED_ALIAS_KEYS['Function']);

/** What code with types of Flow declares. */
const FLOW: ReadonlySet<string> = new Set([
  'DeclareClass',
  'DeclareFunction',
  'DeclareVariable',
  'DeclareTypeAlias',
  'DeclareOpaqueType',
  'InterfaceDeclaration',
  'TypeAlias',
  'OpaqueType',
]);

/** What declares names, or gives them something else. */
const NOTED: ReadonlySet<string> = new Set([
  ...FUNCTIONS,
  ...FLOW,
  'VariableDeclaration',
  'ClassDeclaration',
  'ClassExpression',
  'CatchClause',
  'ImportDeclaration',
  'TSImportEqualsDeclaration',
  'AssignmentExpression',
  'UpdateExpression',
  'UnaryExpression',
  'ForInStatement',
  'ForOfStatement',
]);

function note(found: Collected, path: Path): void {
  const { node } = path;
  if (t.isFunction(node)) noteFunction(found, path, node);
  switch (node.type) {
    case 'VariableDeclaration':
      noteVariables(found, path, node.kind === 'var');
      break;
    case 'ClassDeclaration':
      if (node.declare !== true) declare(found, 'other', path, blockAround(outOf(path)), node.id);
      break;
    case 'ClassExpression':
      declare(found, 'local', path, path, node.id);
      break;
    case 'CatchClause':
      declare(found, 'other', path, path, node.param);
      break;
    case 'ImportDeclaration':
      for (const one of innerList(path, 'specifiers'))
        if (one !== null) declare(found, 'other', one, blockAround(path), (one.node as t.ImportSpecifier).local);
      break;
    case 'TSImportEqualsDeclaration':
      declare(found, 'other', path, blockAround(path), node.id);
      break;
    case 'AssignmentExpression':
      found.assignments.push(path as Path<t.AssignmentExpression>);
      break;
    default:
      noteRare(found, path);
  }
}

function noteRare(found: Collected, path: Path): void {
  const { node } = path;
  const isDeleted = node.type === 'UnaryExpression' && node.operator === 'delete';
  const isGiven = t.isForXStatement(node) && (t.isPattern(node.left) || t.isIdentifier(node.left));
  if (isDeleted || isGiven || node.type === 'UpdateExpression') found.others.push(path);
  if (FLOW.has(node.type)) declare(found, 'other', path, functionAround(path), (node as t.TypeAlias).id);
}

function noteVariables(found: Collected, path: Path, isVar: boolean): void {
  const owner = isVar ? functionAround(path) : blockAround(path);
  for (const one of innerList(path, 'declarations')) {
    if (one === null) continue;
    const { id } = one.node as t.VariableDeclarator;
    declare(found, 'other', one, owner, id, isVar && isInLoop(one));
  }
}

function noteFunction(found: Collected, path: Path, node: t.Function): void {
  if (node.type === 'FunctionDeclaration')
    declare(found, 'other', path, blockAround(outOf(path)), node.id, isInLoop(path));
  for (const param of innerList(path, 'params')) if (param !== null) declare(found, 'param', param, path, param.node);
  if (node.type === 'FunctionExpression') declare(found, 'local', path, path, node.id);
}

function declare(
  { tables }: Collected,
  kind: Binding['kind'],
  path: Path,
  owner: Path,
  names: t.Node | null | undefined,
  isLooped = false,
): void {
  const table = tables.get(owner.node) ?? new Map<string, Known>();
  tables.set(owner.node, table);
  for (const identifier of namesIn(names)) {
    const known = table.get(identifier.name);
    if (known === undefined)
      table.set(identifier.name, { kind, identifier, path, owner, changes: isLooped ? [path] : [] });
    else if (known.identifier !== identifier) change(known, path);
  }
}

/** What a pattern gives names to, the outer ones first. */
function namesIn(pattern: t.Node | null | undefined): readonly t.Identifier[] {
  const found: t.Identifier[] = [];
  const left: (t.Node | null | undefined)[] = [pattern];
  for (let node = left.shift(); left.length > 0 || node; node = left.shift()) {
    if (node?.type === 'Identifier') found.push(node);
    else if (node) left.push(...partsOf(node));
  }
  return found;
}

function partsOf(node: t.Node): readonly (t.Node | null)[] {
  switch (node.type) {
    case 'RestElement':
      return [node.argument];
    case 'ObjectProperty':
      return [node.value];
    case 'AssignmentPattern':
      return [node.left];
    case 'ArrayPattern':
      return node.elements;
    case 'ObjectPattern':
      return node.properties;
    default:
      return [];
  }
}

/** What an assignment and the like give something else. */
function targetsOf(node: t.Node): readonly t.Identifier[] {
  if (node.type === 'AssignmentExpression' || t.isForXStatement(node)) return namesIn(node.left);
  return namesIn(node.type === 'UpdateExpression' || node.type === 'UnaryExpression' ? node.argument : null);
}

/** What is given its value, or is made, anew by each round of a loop. */
function isInLoop(path: Path): boolean {
  const hasValue = path.node.type !== 'VariableDeclarator' || Boolean(path.node.init);
  for (let at = path; at.parentPath !== null; at = at.parentPath) {
    const { node } = at.parentPath;
    if (OWNERS_OF_VAR.has(node.type)) return false;
    if ((at.key === 'left' && t.isForXStatement(node)) || (hasValue && at.key === 'body' && t.isLoop(node)))
      return true;
  }
  return false;
}

const OWNERS_OF_VAR: ReadonlySet<string> = new Set([...(t.FLIPPED_ALIAS_KEYS['FunctionParent'] ?? []), 'Program']);
const BLOCKS: ReadonlySet<string> = new Set(t.FLIPPED_ALIAS_KEYS['BlockParent']);
const SCOPES: ReadonlySet<string> = new Set(t.FLIPPED_ALIAS_KEYS['Scopable']);
const PATTERNS: ReadonlySet<string> = new Set(t.FLIPPED_ALIAS_KEYS['Pattern']);

function isScope({ node, parentPath }: Path): boolean {
  const isBlock = node.type === 'BlockStatement';
  if (!isBlock && !PATTERNS.has(node.type)) return SCOPES.has(node.type);
  const isOfFunction = t.isFunction(parentPath?.node) || t.isCatchClause(parentPath?.node);
  return isBlock !== isOfFunction;
}

const functionAround = (path: Path): Path => nearest(path, OWNERS_OF_VAR);
const blockAround = (path: Path): Path => nearest(path, BLOCKS);

function nearest(from: Path, types: ReadonlySet<string>): Path {
  let path = from;
  while (!(types.has(path.node.type) && isScope(path)) && path.parentPath !== null) path = outOf(path);
  return path;
}

/** Where names are looked for next. The name of a method, and what a `switch` is about, stand outside of it. */
function outOf(path: Path): Path {
  const { parentPath, key } = path;
  if (parentPath === null) return path;
  const isOutside =
    ((key === 'key' || key === 'decorators') && t.isMethod(parentPath.node)) ||
    (key === 'discriminant' && parentPath.node.type === 'SwitchStatement');
  return isOutside ? (parentPath.parentPath ?? parentPath) : parentPath;
}

function lookUp(tables: Collected['tables'], from: Path, name: string): Known | undefined {
  let inner: Path | null = null;
  for (let path = from; ; path = outOf(path)) {
    if (isScope(path)) {
      const found = tables.get(path.node)?.get(name);
      // The default of a parameter does not see what the function declares.
      const isHidden = inner !== null && PATTERNS.has(inner.node.type) && found?.kind === 'other';
      if (found !== undefined && !isHidden) return found;
      if (found === undefined && name === 'arguments' && hasArguments(path.node)) return undefined;
      inner = path;
    }
    if (path.parentPath === null) return undefined;
  }
}

const hasArguments = (node: t.Node): boolean => t.isFunction(node) && node.type !== 'ArrowFunctionExpression';
