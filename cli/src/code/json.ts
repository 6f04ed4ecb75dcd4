import type * as t from '@babel/types';
import type { Json } from '@glidepath/core';
import { bare } from './evaluate.ts';
import { nameOf } from './members.ts';
import { at, child, children, type Evaluator, isSite, onlyText, type Site } from './values.ts';

const MOST_DEEP = 8;

/** What an expression is, where that can be read: a literal, or a constant that is one. */
export function jsonAt(evaluator: Evaluator, given: Site, depth = 0): Json | undefined {
  const site = bare(given);
  const { node } = site.path;
  if (depth > MOST_DEEP) return undefined;
  switch (node.type) {
    case 'BooleanLiteral':
    case 'NumericLiteral':
      return node.value;
    case 'NullLiteral':
      return null;
    case 'UnaryExpression':
      return ofUnary(jsonOfChild(evaluator, site, 'argument', depth), node.operator);
    case 'Identifier':
      return ofName(evaluator, site, node.name, depth);
    case 'ArrayExpression':
      return ofList(evaluator, site, node, depth);
    case 'ObjectExpression':
      return ofObject(evaluator, site, depth);
    default:
      return onlyText(evaluator.valueOf(site)) ?? undefined;
  }
}

function jsonOfChild(evaluator: Evaluator, site: Site, key: string, depth: number): Json | undefined {
  const inner = child(site, key);
  return inner === null ? undefined : jsonAt(evaluator, inner, depth + 1);
}

function ofUnary(value: Json | undefined, operator: string): Json | undefined {
  if (operator === '-' && typeof value === 'number') return -value;
  return operator === '!' && (typeof value === 'boolean' || typeof value === 'number') ? !value : undefined;
}

function ofName(evaluator: Evaluator, site: Site, name: string, depth: number): Json | undefined {
  const binding = evaluator.bindingOf(site, name);
  const declarator = binding?.path.node;
  if (binding === undefined || binding.changes.length > 0 || declarator?.type !== 'VariableDeclarator')
    return onlyText(evaluator.valueOf(site)) ?? undefined;
  const declared = at(site, binding.path);
  return declarator.id === binding.identifier ? jsonOfChild(evaluator, declared, 'init', depth) : undefined;
}

function ofList(evaluator: Evaluator, site: Site, node: t.ArrayExpression, depth: number): Json | undefined {
  const items = children(site, 'elements').map((element) => jsonAt(evaluator, element, depth + 1));
  const isWhole = items.length === node.elements.length && !items.includes(undefined);
  return isWhole ? (items as Json[]) : undefined;
}

function ofObject(evaluator: Evaluator, site: Site, depth: number): Json | undefined {
  const members = children(site, 'properties').map((property) => {
    const name = isSite(property, 'ObjectProperty') ? nameOf(evaluator, property) : null;
    const value = name === null ? undefined : jsonOfChild(evaluator, property, 'value', depth);
    return [name, value] as const;
  });
  const isWhole = members.every(([name, value]) => name !== null && value !== undefined);
  return isWhole ? (Object.fromEntries(members) as Json) : undefined;
}
