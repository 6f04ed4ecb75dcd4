/**
 * Cycles that can be reached from these nodes, each as its path back to where it begins: `a`, `b`, `a`.
 * Every cycle of the reachable graph shares a node with one of them. Iterative: chains may be as long as they like.
 */
export function findCycles(from: Iterable<string>, next: (node: string) => readonly string[]): readonly string[][] {
  const cycles: string[][] = [];
  const done = new Set<string>();
  for (const start of from) if (!done.has(start)) walk(start, next, done, cycles);
  return cycles;
}

interface Visit {
  readonly node: string;
  readonly open: string[];
}

function walk(start: string, next: (node: string) => readonly string[], done: Set<string>, cycles: string[][]): void {
  const path: Visit[] = [{ node: start, open: [...next(start)] }];
  const onPath = new Set([start]);
  for (let visit = path.at(-1); visit !== undefined; visit = path.at(-1)) {
    const node = visit.open.pop();
    if (node === undefined) {
      path.pop();
      onPath.delete(visit.node);
      done.add(visit.node);
    } else if (onPath.has(node)) {
      const nodes = path.map((step) => step.node);
      cycles.push([...nodes.slice(nodes.indexOf(node)), node]);
    } else if (!done.has(node)) {
      path.push({ node, open: [...next(node)] });
      onPath.add(node);
    }
  }
}
