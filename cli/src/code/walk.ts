import type { NodePath } from '@babel/traverse';
import * as t from '@babel/types';

/** Each node with those around it, the outermost first: without paths and scopes, which take longer than parsing. */
export function walk(root: t.Node, visit: (node: t.Node, above: readonly t.Node[]) => void): void {
  const above: t.Node[] = [];
  const into = (node: t.Node): void => {
    visit(node, above);
    above.push(node);
    for (const key of t.VISITOR_KEYS[node.type] ?? []) for (const inner of innerOf(node, key)) into(inner);
    above.pop();
  };
  into(root);
}

function innerOf(node: t.Node, key: string): readonly t.Node[] {
  const inner = (node as unknown as Readonly<Record<string, t.Node | (t.Node | null)[] | null | undefined>>)[key];
  if (Array.isArray(inner)) return inner.includes(null) ? inner.filter((one) => one !== null) : (inner as t.Node[]);
  return inner === null || inner === undefined ? [] : [inner];
}

/** Of nodes, each given with those around it from the program on. */
export function pathsOf(program: NodePath<t.Program>, chains: readonly (readonly t.Node[])[]): readonly NodePath[] {
  const known = new Map<t.Node, NodePath>([[program.node, program]]);
  return chains.flatMap((chain) => {
    let path: NodePath | undefined = program;
    for (const node of chain) {
      const next: NodePath | undefined = known.get(node) ?? (path === undefined ? undefined : childOf(path, node));
      if (next !== undefined) known.set(node, next);
      path = next;
    }
    return path === undefined ? [] : [path];
  });
}

function childOf(path: NodePath, node: t.Node): NodePath | undefined {
  for (const key of t.VISITOR_KEYS[path.node.type] ?? []) {
    const inner = (path.node as unknown as Readonly<Record<string, unknown>>)[key];
    if (inner === node) return path.get(key) as NodePath;
    if (Array.isArray(inner) && inner.includes(node)) return (path.get(key) as NodePath[])[inner.indexOf(node)];
  }
  return undefined;
}
