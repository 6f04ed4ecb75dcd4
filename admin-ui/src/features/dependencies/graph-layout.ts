import type { DependenciesView, DependencyView } from '@glidepath/server/api-types';

/** A flag in the drawing. Columns run from what is needed (left) to what needs (right). */
export interface GraphNode {
  readonly dependency: DependencyView;
  readonly column: number;
  readonly row: number;
}

/** `from` is needed by `to`. */
export interface GraphEdge {
  readonly from: GraphNode;
  readonly to: GraphNode;
}

export interface Graph {
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
  readonly columns: number;
  readonly rows: number;
}

/** Places every flag in the column of its distance, and each column's flags below each other, in the middle. */
export function layoutOf({ flag, prerequisites, dependants }: DependenciesView): Graph {
  const before = prerequisites.map((dependency) => ({ dependency, distance: -dependency.distance }));
  const after = dependants.map((dependency) => ({ dependency, distance: dependency.distance }));
  const all = [...before, { dependency: flag, distance: 0 }, ...after];
  const first = Math.min(...all.map(({ distance }) => distance));
  const byColumn = new Map<number, DependencyView[]>();
  for (const { dependency, distance } of all) {
    byColumn.set(distance - first, [...(byColumn.get(distance - first) ?? []), dependency]);
  }
  const rows = Math.max(...[...byColumn.values()].map((column) => column.length));
  const nodes = [...byColumn].flatMap(([column, dependencies]) =>
    dependencies.map((dependency, index) => ({ dependency, column, row: index + (rows - dependencies.length) / 2 })),
  );
  return { nodes, edges: edgesOf(nodes), columns: byColumn.size, rows };
}

function edgesOf(nodes: readonly GraphNode[]): readonly GraphEdge[] {
  const byFlag = new Map(nodes.map((node) => [node.dependency.flag, node]));
  return nodes.flatMap((to) =>
    to.dependency.needs.flatMap(({ flag }) => {
      const from = byFlag.get(flag);
      return from ? [{ from, to }] : [];
    }),
  );
}
