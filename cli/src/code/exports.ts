import * as t from '@babel/types';
import type { Path } from './path.ts';
import { at, child, children, type Evaluator, isSite, type Site, UNKNOWN, union, type Value } from './values.ts';

/** What a file exports, and what is declared at its top that scopes do not know. */
export interface Surface {
  readonly named: ReadonlyMap<string, Exported>;
  /** `export * from` */
  readonly all: readonly string[];
  /** `module.exports = …` */
  readonly whole: readonly Site[];
  /** Enums, interfaces and names of types. */
  readonly declared: ReadonlyMap<string, Site>;
}

type Exported =
  | { readonly kind: 'site'; readonly sites: Site[] }
  | { readonly kind: 'local'; readonly name: string }
  | { readonly kind: 'from'; readonly source: string; readonly name: string | null };

interface Draft {
  readonly named: Map<string, Exported>;
  readonly all: string[];
  readonly whole: Site[];
  readonly declared: Map<string, Site>;
}

export function surfaceOf(program: Site<t.Program>, assignments: readonly Path<t.AssignmentExpression>[]): Surface {
  const draft: Draft = { named: new Map(), all: [], whole: [], declared: new Map() };
  for (const statement of children(program, 'body')) readStatement(draft, statement);
  for (const path of assignments) readAssignment(draft, at(program, path));
  return draft;
}

function readStatement(draft: Draft, statement: Site): void {
  const declaration = child(statement, 'declaration');
  if (isSite(statement, 'ExportDefaultDeclaration') && declaration !== null) {
    note(draft, 'default', declaration);
    declare(draft, declaration);
  } else if (isSite(statement, 'ExportAllDeclaration')) draft.all.push(statement.path.node.source.value);
  else if (isSite(statement, 'TSExportAssignment')) pushWhole(draft, child(statement, 'expression'));
  else if (isSite(statement, 'ExportNamedDeclaration')) {
    if (declaration !== null) readDeclared(draft, declaration);
    for (const specifier of children(statement, 'specifiers'))
      readSpecifier(draft, specifier.path.node, statement.path.node.source?.value);
  } else declare(draft, statement);
}

function pushWhole(draft: Draft, site: Site | null): void {
  if (site !== null) draft.whole.push(site);
}

function declare(draft: Draft, statement: Site): void {
  const { node } = statement.path;
  if (t.isTSEnumDeclaration(node) || t.isTSInterfaceDeclaration(node) || t.isTSTypeAliasDeclaration(node))
    draft.declared.set(node.id.name, statement);
}

function readDeclared(draft: Draft, declaration: Site): void {
  declare(draft, declaration);
  for (const name of Object.keys(t.getOuterBindingIdentifiers(declaration.path.node)))
    draft.named.set(name, { kind: 'local', name });
  if (draft.declared.has(nameOfDeclaration(declaration))) {
    const name = nameOfDeclaration(declaration);
    draft.named.set(name, { kind: 'local', name });
  }
}

function nameOfDeclaration({ path: { node } }: Site): string {
  return 'id' in node && t.isIdentifier(node.id) ? node.id.name : '';
}

function readSpecifier(draft: Draft, node: t.Node, source: string | undefined): void {
  if (node.type === 'ExportNamespaceSpecifier' && source !== undefined)
    draft.named.set(node.exported.name, { kind: 'from', source, name: null });
  if (node.type !== 'ExportSpecifier') return;
  const exported = wordOf(node.exported);
  const name = wordOf(node.local);
  draft.named.set(exported, source === undefined ? { kind: 'local', name } : { kind: 'from', source, name });
}

/** A name, which may be written as a text. */
export const wordOf = (node: t.Identifier | t.StringLiteral): string =>
  node.type === 'Identifier' ? node.name : node.value;

function note(draft: Draft, name: string, site: Site): void {
  const known = draft.named.get(name);
  if (known?.kind === 'site') known.sites.push(site);
  else draft.named.set(name, { kind: 'site', sites: [site] });
}

/** `exports.name = …`, `module.exports.name = …`, `module.exports = …` */
function readAssignment(draft: Draft, site: Site<t.AssignmentExpression>): void {
  const { left } = site.path.node;
  const value = child(site, 'right');
  if (left.type !== 'MemberExpression' || value === null) return;
  if (isModuleExports(left)) draft.whole.push(value);
  else if (isExports(left.object)) {
    const name = t.isIdentifier(left.property) && !left.computed ? left.property.name : textOf(left.property);
    if (name !== null) note(draft, name, value);
  }
}

const textOf = (node: t.Node): string | null => (node.type === 'StringLiteral' ? node.value : null);

const isModuleExports = (node: t.Node): boolean =>
  node.type === 'MemberExpression' &&
  t.isIdentifier(node.object, { name: 'module' }) &&
  t.isIdentifier(node.property, { name: 'exports' });

const isExports = (node: t.Node): boolean => t.isIdentifier(node, { name: 'exports' }) || isModuleExports(node);

/** What a file exports under a name. */
export function exportOf(evaluator: Evaluator, { file, path }: Site<t.Program>, surface: Surface, name: string): Value {
  const found = surface.named.get(name);
  if (found !== undefined) return valueOfExported(evaluator, { file, path }, found);
  for (const source of surface.all) {
    const value = evaluator.memberOf(moduleValue(evaluator, file, source), name);
    if (value.kind !== 'unknown' && value.kind !== 'outside') return value;
  }
  const whole = union(surface.whole.map((site) => evaluator.valueOf(site)));
  if (whole.kind === 'unknown') return UNKNOWN;
  return name === 'default' ? whole : evaluator.memberOf(whole, name);
}

function valueOfExported(evaluator: Evaluator, program: Site<t.Program>, exported: Exported): Value {
  switch (exported.kind) {
    case 'site':
      return union(exported.sites.map((site) => evaluator.valueOf(site)));
    case 'from': {
      const module = moduleValue(evaluator, program.file, exported.source);
      return exported.name === null ? module : evaluator.memberOf(module, exported.name);
    }
    case 'local':
      return evaluator.valueOfName(program, exported.name);
    default:
      return exported satisfies never;
  }
}

/** What `import * as name from 'source'` in that file is. */
export function moduleValue(evaluator: Evaluator, file: string, source: string): Value {
  const module = evaluator.project.resolve(file, source);
  return module.kind === 'file'
    ? { kind: 'module', file: module.file }
    : { kind: 'outside', package: module.name, name: null };
}
