import type { NodePath } from '@babel/traverse';
import type * as t from '@babel/types';
import { dedentedBlock, isUnwrappable, leftVariables } from './blocks.ts';
import { type Edit, indentAt, insertion, newlineOf, removal } from './draft.ts';
import type { Rule } from './fold-expression.ts';
import { knownOf } from './markers.ts';
import { asiGuard, asiTail, siblingsOf, spanOf, statementRemoval } from './places.ts';
import type { Bench } from './splice.ts';

const conditional: Rule = (path, bench) => {
  const node = path.node as t.IfStatement;
  const known = knownOf(node.test, bench.markers);
  if (known === null) return null;
  const [kept, dropped] = known.value ? [node.consequent, node.alternate] : [node.alternate, node.consequent];
  const variables = leftVariables(path, dropped ?? null);
  if (siblingsOf(path) === null)
    return known.before.length > 0 || variables !== '' ? null : alone(path, kept ?? null, bench);
  const lead = leadOf(path, known.before, variables, bench);
  if (kept && !isNothing(kept, bench.text)) return withLead(path, lead, kept, bench);
  if (lead === '') return statementRemoval(path, bench.text);
  return [{ start: node.start as number, end: node.end as number, text: lead }];
};

const isNothing = (node: t.Statement, text: string): boolean => isEmpty(node) && !hasComments(node, text);

/** What goes before: parts of the test that are kept for what they do, and variables that others still use. */
function leadOf(path: NodePath, before: readonly t.Expression[], variables: string, bench: Bench): string {
  const effects = before.map((one) => `${asStatement(bench.text.slice(...spanOf(one, bench.text)))};`);
  const parts = [...effects, ...(variables === '' ? [] : [variables])];
  if (parts.length === 0) return '';
  const { text } = bench;
  return (
    asiGuard(path, parts[0] as string, text) +
    parts.join(`${newlineOf(text)}${indentAt(text, path.node.start as number)}`)
  );
}

/** An expression that may begin as a statement does. */
export const asStatement = (text: string): string =>
  /^(?:\{|function\b|class\b|async\s+function\b|let\s*\[)/.test(text) ? `(${text})` : text;

function withLead(path: NodePath, lead: string, kept: t.Statement, bench: Bench): readonly Edit[] {
  const { text } = bench;
  const start = path.node.start as number;
  const gap = lead === '' ? '' : `${lead}${newlineOf(text)}${indentAt(text, start)}`;
  const edits = keptStatement(path, kept, bench, lead !== '');
  return gap === '' ? edits : edits.map((one) => (one.start === start ? { ...one, text: gap + one.text } : one));
}

/** Lets a statement, or what stands in a block, stand in the place of the whole. */
function keptStatement(path: NodePath, kept: t.Statement, bench: Bench, isGuarded = false): readonly Edit[] {
  const { text } = bench;
  const { start, end } = path.node as { start: number; end: number };
  if (kept.type === 'BlockStatement') {
    if (isUnwrappable(path, kept)) return dedentedBlock(path, kept, bench, isGuarded);
    return [removal(start, kept.start as number), removal(kept.end as number, end)];
  }
  if (kept.type === 'FunctionDeclaration')
    return [
      { start, end: kept.start as number, text: '{ ' },
      { start: kept.end as number, end, text: ' }' },
    ];
  const from = commentBefore(kept, start, text);
  const guard = isGuarded ? '' : asiGuard(path, text.slice(kept.start as number, (kept.start as number) + 12), text);
  // Without its semicolon it would go on in the next line.
  const isOpen = !/[;}]$/.test(text.slice(kept.start as number, kept.end as number)) && end > (kept.end as number);
  return [
    { start, end: from, text: guard },
    { start: kept.end as number, end, text: isOpen ? ';' : asiTail(path, kept, text) },
  ];
}

function commentBefore(node: t.Statement, after: number, text: string): number {
  const first = (node.leadingComments ?? []).find((one) => (one.start as number) > after);
  const start = node.start as number;
  return first === undefined || text.slice(first.start as number, start).includes(') ')
    ? start
    : (first.start as number);
}

/** After `else`, as a loop's body, behind a label: there one statement must stand. */
function alone(path: NodePath, kept: t.Statement | null, bench: Bench): readonly Edit[] {
  const { start, end } = path.node as { start: number; end: number };
  const isElse = path.parent.type === 'IfStatement' && path.key === 'alternate';
  if (kept === null || (isElse && isEmpty(kept) && !hasComments(kept, bench.text))) {
    if (!isElse) return [{ start, end, text: '{}' }];
    const before = (path.parent as t.IfStatement).consequent.end as number;
    return [removal(before, end)];
  }
  if (kept.type === 'FunctionDeclaration')
    return [
      { start, end: kept.start as number, text: '{ ' },
      { start: kept.end as number, end, text: ' }' },
    ];
  return [removal(start, kept.start as number), removal(kept.end as number, end)];
}

const isEmpty = (node: t.Statement): boolean =>
  node.type === 'EmptyStatement' || (node.type === 'BlockStatement' && node.body.length === 0);

const hasComments = (node: t.Statement, text: string): boolean =>
  node.type === 'BlockStatement' && text.slice((node.start as number) + 1, (node.end as number) - 1).trim() !== '';

const loop: Rule = (path, bench) => {
  const node = path.node as t.WhileStatement | t.ForStatement;
  const known = knownOf(node.test, bench.markers);
  if (known === null || known.value || known.before.length > 0) return null;
  if (node.type === 'ForStatement' && node.init) return null;
  if (siblingsOf(path) === null) return [{ start: node.start as number, end: node.end as number, text: '{}' }];
  const variables = leftVariables(path, node.body);
  return variables === ''
    ? statementRemoval(path, bench.text)
    : [{ start: node.start as number, end: node.end as number, text: variables }];
};

const expression: Rule = (path, bench) => {
  const node = path.node as t.ExpressionStatement;
  const known = knownOf(node.expression, bench.markers);
  if (known === null) return null;
  if (known.before.length > 0) {
    const [first, last] = [known.before[0] as t.Expression, known.before.at(-1) as t.Expression];
    const [from] = spanOf(first, bench.text);
    const [, to] = spanOf(last, bench.text);
    const end = spanOf(node.expression, bench.text)[1];
    const open = asStatement(bench.text.slice(from, from + 16)).startsWith('(') && bench.text[from] !== '(' ? '(' : '';
    const guard = asiGuard(path, open || bench.text.slice(from, from + 12), bench.text);
    return [
      { start: node.start as number, end: from, text: guard + open },
      { start: to, end, text: open === '' ? '' : ')' },
    ];
  }
  if (siblingsOf(path) === null) return [{ start: node.start as number, end: node.end as number, text: '{}' }];
  return statementRemoval(path, bench.text);
};

/** `const a = (b(), value)`, `return (b(), value)`: what comes before gets a line of its own. */
const hoisted: Rule = (path, bench) => {
  const found = firstOf(path.node);
  const known = knownOf(found, bench.markers);
  if (found === null || known === null || known.before.length === 0 || siblingsOf(path) === null) return null;
  const { text } = bench;
  const start = path.node.start as number;
  const [from, to] = spanOf(found, text);
  const effects = known.before.map(
    (one) => `${asStatement(text.slice(...spanOf(one, text)))};${newlineOf(text)}${indentAt(text, start)}`,
  );
  const guard = asiGuard(path, effects[0] as string, text);
  return [insertion(start, guard + effects.join('')), { start: from, end: to, text: bench.markers.of(known.value) }];
};

/** What a statement works out first. */
function firstOf(node: t.Node): t.Expression | null {
  if (node.type === 'VariableDeclaration') return node.declarations[0]?.init ?? null;
  if (node.type === 'ReturnStatement' || node.type === 'ThrowStatement') return node.argument ?? null;
  return null;
}

export const STATEMENT_RULES: Readonly<Record<string, Rule>> = {
  IfStatement: conditional,
  WhileStatement: loop,
  ForStatement: loop,
  ExpressionStatement: expression,
  VariableDeclaration: hoisted,
  ReturnStatement: hoisted,
  ThrowStatement: hoisted,
};
