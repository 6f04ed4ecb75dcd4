import type { NodePath } from '@babel/traverse';
import type * as t from '@babel/types';
import { privateName } from './class-members.ts';
import { type Draft, lineOf, originOf } from './draft.ts';
import { knownOf } from './markers.ts';
import type { Bench } from './splice.ts';

/** Something that people are told of a change, by its place in the text as it was. */
export interface Event {
  readonly line: number;
  readonly sentence: string;
}

/** Null where a change says nothing to people. */
export function eventOf(path: NodePath, bench: Bench, draft: Draft, original: string): Event | null {
  const sentence = sentenceOf(path.node, bench);
  if (sentence === null) return null;
  return { line: lineAt(path.node, draft, original), sentence };
}

function lineAt(node: t.Node, draft: Draft, original: string): number {
  for (let at = node.start as number; at < (node.end as number); at += 1) {
    const origin = originOf(draft, at);
    if (origin !== null) return lineOf(original, origin);
  }
  return 1;
}

const linesOf = (node: t.Node): string => {
  const count = (node.loc?.end.line ?? 0) - (node.loc?.start.line ?? 0) + 1;
  return count === 1 ? '1 line' : `${count} lines`;
};

function sentenceOf(node: t.Node, bench: Bench): string | null {
  switch (node.type) {
    case 'IfStatement': {
      const isTaken = Boolean(knownOf(node.test, bench.markers)?.value);
      const dropped = isTaken ? node.alternate : node.consequent;
      if (dropped === null || dropped === undefined) return null;
      return `${isTaken ? 'else-branch' : 'if-branch'} removed (${linesOf(dropped)})`;
    }
    case 'SwitchStatement':
      return `switch decided (${linesOf(node)})`;
    case 'ImportSpecifier':
      return `import { ${node.local.name} } unused → removed`;
    case 'ImportDefaultSpecifier':
    case 'ImportNamespaceSpecifier':
      return `import ${node.local.name} unused → removed`;
    case 'FunctionDeclaration':
      return `function ${node.id?.name ?? ''} unused → removed (${linesOf(node)})`;
    case 'ClassMethod':
    case 'ClassPrivateMethod':
      return privateName(node) === null ? null : `method ${privateName(node)} unused → removed (${linesOf(node)})`;
    case 'ClassDeclaration':
      return `class ${node.id?.name ?? ''} unused → removed (${linesOf(node)})`;
    default:
      return null;
  }
}
