type Next = (node: string) => readonly string[];

/**
 * Cycles that can be reached from these nodes, each as its path back to where it begins: `a`, `b`, `a`.
 * Every cycle of the reachable graph shares a node with one of them.
 */
export function findCycles(from: Iterable<string>, next: Next): readonly string[][] {
  const cycles: string[][] = [];
  const done = new Set<string>();
  for (const start of from) walk(start, next, done, { cycle: (path) => cycles.push(path), leave: () => {} });
  return cycles;
}

/** The most steps that lead on from a node; what one call finds out, the next one knows. Cycles are cut. */
export function longestFrom(next: Next): (node: string) => number {
  const steps = new Map<string, number>();
  const done = new Set<string>();
  const leave = (node: string) =>
    steps.set(node, Math.max(0, ...next(node).map((child) => 1 + (steps.get(child) ?? 0))));
  return (start) => {
    walk(start, next, done, { cycle: () => {}, leave });
    return steps.get(start) ?? 0;
  };
}

interface Visit {
  readonly node: string;
  readonly open: string[];
}

interface Visitor {
  readonly cycle: (path: string[]) => void;
  /** Everything that a node leads to has been left before. */
  readonly leave: (node: string) => void;
}

/** Depth first, and iterative: chains may be as long as they like. */
function walk(start: string, next: Next, done: Set<string>, visitor: Visitor): void {
  if (done.has(start)) return;
  const path: Visit[] = [{ node: start, open: [...next(start)] }];
  const onPath = new Set([start]);
  for (let visit = path.at(-1); visit !== undefined; visit = path.at(-1)) {
    const node = visit.open.pop();
    if (node === undefined) {
      path.pop();
      onPath.delete(visit.node);
      done.add(visit.node);
      visitor.leave(visit.node);
    } else if (onPath.has(node)) {
      const nodes = path.map((step) => step.node);
      visitor.cycle([...nodes.slice(nodes.indexOf(node)), node]);
    } else if (!done.has(node)) {
      path.push({ node, open: [...next(node)] });
      onPath.add(node);
    }
  }
}
