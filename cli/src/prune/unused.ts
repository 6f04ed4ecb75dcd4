import type { Binding, NodePath, Scope } from '@babel/traverse';
import * as t from '@babel/types';
import { exits, leftVariables, variablesIn } from './blocks.ts';
import { type Draft, type Edit, type EditSet, insertion, originOf, removal } from './draft.ts';
import { listRemoval } from './fold-expression.ts';
import { asStatement } from './fold-statement.ts';
import { asiGuard, siblingsOf, spanOf, statementRemoval } from './places.ts';
import type { Bench } from './splice.ts';
import { eachUnusedMember, memberRemoval } from './unused-members.ts';

/** What was of no use before anything was changed: none of our business. Places are those of the first text. */
interface Before {
  readonly unused: ReadonlySet<number>;
  readonly dead: ReadonlySet<number>;
}

/** `outside`: names that are used by what is no script. */
export function usedBefore(program: NodePath<t.Program>, outside: ReadonlySet<string>): Before {
  const unused = new Set<number>();
  const dead = new Set<number>();
  eachBinding(program, (binding) => {
    if (outside.has(binding.identifier.name) || !isUsed(binding, program))
      unused.add(binding.identifier.start as number);
  });
  eachUnusedMember(program, (_, key) => unused.add(key.start as number));
  eachDead(program, (path) => dead.add(path.node.start as number));
  return { unused, dead };
}

/** What is looked through in a program, by one walk through it. */
interface Inventory {
  readonly scopes: ReadonlySet<Scope>;
  /** Statements that stand one after another with others. */
  readonly lists: readonly (readonly NodePath<t.Statement>[])[];
}

const inventories = new WeakMap<t.Program, Inventory>();

function inventoryOf(program: NodePath<t.Program>): Inventory {
  const known = inventories.get(program.node);
  if (known !== undefined) return known;
  const scopes = new Set<Scope>([program.scope]);
  const lists = new Map<readonly t.Statement[], NodePath<t.Statement>[]>();
  program.traverse({
    enter(path) {
      scopes.add(path.scope);
      const siblings = path.isStatement() ? siblingsOf(path) : null;
      if (siblings === null) return;
      const list = lists.get(siblings);
      if (list === undefined) lists.set(siblings, [path as NodePath<t.Statement>]);
      else list.push(path as NodePath<t.Statement>);
    },
  });
  const inventory = { scopes, lists: [...lists.values()] };
  inventories.set(program.node, inventory);
  return inventory;
}

function eachBinding(program: NodePath<t.Program>, see: (binding: Binding, scope: Scope) => void): void {
  for (const scope of inventoryOf(program).scopes)
    for (const binding of Object.values(scope.bindings)) see(binding, scope);
}

function eachDead(program: NodePath<t.Program>, see: (path: NodePath<t.Statement>) => void): void {
  for (const list of inventoryOf(program).lists) {
    const last = list.findIndex(({ node }) => exits(node));
    if (last >= 0) list.slice(last + 1).forEach(see);
  }
}

/** Statements that nothing leads to any more. */
export function deadEdits(program: NodePath<t.Program>, draft: Draft, before: Before, edits: EditSet): void {
  eachDead(program, (path) => {
    const { node } = path;
    if (isKnown(draft, before.dead, node.start as number) || STAYING.has(node.type)) return;
    if (node.type === 'VariableDeclaration' && node.kind === 'var' && node.declarations.every(({ init }) => !init))
      return;
    const own = variablesIn(node, null, false);
    const variables = own.length === 0 ? '' : leftVariables(path, node);
    const { start, end } = node as { start: number; end: number };
    edits.add(variables === '' ? statementRemoval(path, draft.text) : [{ start, end, text: variables }]);
  });
}

/** Declarations that count wherever they stand. */
const STAYING: ReadonlySet<string> = new Set([
  'FunctionDeclaration',
  'ImportDeclaration',
  'ExportNamedDeclaration',
  'ExportDefaultDeclaration',
  'ExportAllDeclaration',
  'TSInterfaceDeclaration',
  'TSTypeAliasDeclaration',
  'ClassDeclaration',
  'EmptyStatement',
]);

const isKnown = ({ pieces, text }: Draft, known: ReadonlySet<number>, at: number): boolean => {
  const origin = originOf({ pieces, text }, at);
  return origin !== null && known.has(origin);
};

/** What nobody uses any more since the change: declarations, imports, functions, classes, types. Parameters stay. */
export function unusedEdits(
  program: NodePath<t.Program>,
  draft: Draft,
  before: Before,
  bench: Bench,
  edits: EditSet,
  tell: (path: NodePath) => void,
): void {
  eachBinding(program, (binding) => {
    if (isKnown(draft, before.unused, binding.identifier.start as number) || isUsed(binding, program)) return;
    const group = removalOf(binding, bench);
    if (group !== null && edits.add(group)) tell(binding.path);
  });
  eachUnusedMember(program, (member, key, writes) => {
    const group = isKnown(draft, before.unused, key.start as number) ? null : memberRemoval(member, writes, bench);
    if (group !== null && edits.add(group)) tell(member);
  });
  for (const type of typesOf(program)) {
    const id = (type.node as t.TSInterfaceDeclaration).id;
    if (
      isKnown(draft, before.unused, id.start as number) ||
      namesOf(program).filter((name) => name === id.name).length > 1
    )
      continue;
    edits.add(statementRemoval(type, bench.text));
  }
}

function typesOf(program: NodePath<t.Program>): readonly NodePath[] {
  return program.get('body').filter((path) => path.isTSInterfaceDeclaration() || path.isTSTypeAliasDeclaration());
}

function isUsed(binding: Binding, program: NodePath<t.Program>): boolean {
  if (binding.referenced || binding.kind === 'param' || !binding.constant) return true;
  const { path } = binding;
  if (path.parent.type.startsWith('Export') || path.parentPath?.parent.type.startsWith('Export')) return true;
  if (
    path.findParent((up) => up.isTSModuleBlock() || (up.isStatement() && up.node.type.startsWith('Declare'))) !== null
  )
    return true;
  // Types name what scopes do not know of.
  return (
    path.scope.getProgramParent().path === program &&
    countOf(program, binding.identifier.name) > 1 &&
    isNamedInTypes(program, binding)
  );
}

const counts = new WeakMap<t.Program, readonly string[]>();

function namesOf(program: NodePath<t.Program>): readonly string[] {
  const known = counts.get(program.node);
  if (known !== undefined) return known;
  const names: string[] = [];
  t.traverseFast(program.node, (node) => {
    if (node.type === 'Identifier' || node.type === 'JSXIdentifier') names.push(node.name);
  });
  counts.set(program.node, names);
  return names;
}

const countOf = (program: NodePath<t.Program>, name: string): number =>
  namesOf(program).filter((one) => one === name).length;

function isNamedInTypes(program: NodePath<t.Program>, { identifier }: Binding): boolean {
  let isNamed = false;
  t.traverseFast(program.node, (node) => {
    const named =
      node.type === 'TSTypeReference'
        ? node.typeName
        : node.type === 'TSTypeQuery'
          ? node.exprName
          : node.type === 'TSExpressionWithTypeArguments'
            ? node.expression
            : null;
    let left: t.Node | null = named;
    while (left?.type === 'TSQualifiedName') left = left.left;
    if (left?.type === 'Identifier' && left.name === identifier.name) isNamed = true;
  });
  return isNamed;
}

function removalOf({ path, identifier }: Binding, bench: Bench): readonly Edit[] | null {
  const { node, parent, parentPath } = path;
  const { text } = bench;
  if (parentPath === null) return null;
  switch (node.type) {
    case 'ImportSpecifier':
    case 'ImportDefaultSpecifier':
    case 'ImportNamespaceSpecifier':
      return importRemoval(path as NodePath<t.ImportSpecifier>, bench);
    case 'FunctionDeclaration':
      return siblingsOf(path) === null ? null : statementRemoval(path, text);
    case 'ClassDeclaration':
    case 'TSEnumDeclaration':
      return siblingsOf(path) !== null &&
        (node.type === 'TSEnumDeclaration' ||
          bench.purity.isPure({ ...node, type: 'ClassExpression' } as t.ClassExpression, path.scope))
        ? statementRemoval(path, text)
        : null;
    case 'VariableDeclarator':
      if (parent.type !== 'VariableDeclaration' || siblingsOf(parentPath) === null) return null;
      return node.id.type === 'Identifier'
        ? declaratorRemoval(path as NodePath<t.VariableDeclarator>, bench)
        : patternRemoval(path as NodePath<t.VariableDeclarator>, identifier, bench);
    default:
      return null;
  }
}

/** With the whole import where it is the last name of it: what was imported for a name alone is not needed for itself. */
function importRemoval(path: NodePath<t.ImportSpecifier>, bench: Bench): readonly Edit[] | null {
  const declaration = path.parentPath as NodePath<t.ImportDeclaration>;
  const { specifiers } = declaration.node;
  if (specifiers.length === 1) return statementRemoval(declaration, bench.text);
  const named = specifiers.filter(({ type }) => type === 'ImportSpecifier');
  if (path.node.type === 'ImportSpecifier' && named.length > 1) return listRemoval(path, bench.text);
  const [first, second] = [specifiers[0] as t.Node, specifiers[1] as t.Node];
  if (path.node === first) {
    const open =
      second.type === 'ImportSpecifier' ? bench.text.indexOf('{', first.end as number) : (second.start as number);
    return [removal(first.start as number, open)];
  }
  const close =
    path.node.type === 'ImportSpecifier'
      ? bench.text.indexOf('}', path.node.end as number) + 1
      : (path.node.end as number);
  return [removal(first.end as number, close)];
}

function declaratorRemoval(path: NodePath<t.VariableDeclarator>, bench: Bench): readonly Edit[] | null {
  const declaration = path.parentPath as NodePath<t.VariableDeclaration>;
  const { init } = path.node;
  const isAlone = declaration.node.declarations.length === 1;
  const isFree = bench.purity.isPure(init, path.scope) || isModule(init);
  if (isFree)
    return isAlone ? statementRemoval(declaration, bench.text) : declaratorInList(path, declaration, bench.text);
  if (!isAlone || init === null || init === undefined || /^(?:await )?using$/.test(declaration.node.kind)) return null;
  // What it was worked out with may do more.
  const [from, to] = spanOf(init, bench.text);
  const shown = bench.text.slice(from, to);
  const start = declaration.node.start as number;
  const guard = asiGuard(declaration, asStatement(shown), bench.text);
  const fenced = asStatement(shown) !== shown;
  return [{ start, end: from, text: guard + (fenced ? '(' : '') }, insertion(to, fenced ? ')' : '')];
}

function declaratorInList(
  path: NodePath<t.VariableDeclarator>,
  { node }: NodePath<t.VariableDeclaration>,
  text: string,
): readonly Edit[] {
  if (path.node !== node.declarations[0]) return listRemoval(path, text);
  return [removal(path.node.start as number, node.declarations[1]?.start as number)];
}

/** `require('…')`: as with an import. */
function isModule(init: t.Node | null | undefined): boolean {
  if (init?.type === 'MemberExpression') return isModule(init.object);
  return init?.type === 'CallExpression' && init.callee.type === 'Identifier' && init.callee.name === 'require';
}

/** One name of `const { a, b } = …`, or all of it where it is the last one. */
function patternRemoval(
  path: NodePath<t.VariableDeclarator>,
  identifier: t.Node,
  bench: Bench,
): readonly Edit[] | null {
  const { id, init } = path.node;
  const declaration = path.parentPath as NodePath<t.VariableDeclaration>;
  if (id.type !== 'ObjectPattern' || id.properties.some(({ type }) => type === 'RestElement')) return null;
  const own = path.get('id.properties') as NodePath[];
  const property = own.find(({ node }) => node.type === 'ObjectProperty' && nameIn(node) === identifier);
  if (property === undefined || !bench.purity.isPure((property.node as t.ObjectProperty).key, path.scope)) return null;
  const { value } = property.node as t.ObjectProperty;
  if (value.type === 'AssignmentPattern' && !bench.purity.isPure(value.right, path.scope)) return null;
  if (own.length > 1) return listRemoval(property, bench.text);
  const isFree =
    declaration.node.declarations.length === 1 && (bench.purity.isPure(init, path.scope) || isModule(init));
  if (isFree) return statementRemoval(declaration, bench.text);
  return declaration.node.declarations.length === 1 ? declaratorRemoval(path, bench) : null;
}

function nameIn(node: t.ObjectProperty): t.Node | null {
  if (node.value.type === 'Identifier') return node.value;
  return node.value.type === 'AssignmentPattern' && node.value.left.type === 'Identifier' ? node.value.left : null;
}
