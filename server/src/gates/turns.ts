/** Lets so many in at once; the others wait for their turn, first come first served. */
interface Turns {
  /** What `work` gives once it was its turn; null where there are no more turns, or its name stands in line already. */
  take<T>(asked: { readonly group: string; readonly name: string }, work: () => Promise<T>): Promise<T | null>;
  /** How many are in, or wait. */
  size(): number;
  /** Whoever waits goes home. */
  close(): void;
}

interface Waiting {
  readonly group: string;
  readonly begin: (isTurn: boolean) => void;
}

/** `ofGroup` bounds those of one group, so that none can keep all others waiting. */
export function openTurns({ ofAll, ofGroup }: { readonly ofAll: number; readonly ofGroup: number }): Turns {
  const named = new Set<string>();
  const inside: string[] = [];
  const line: Waiting[] = [];
  let isClosed = false;

  function hasRoom(group: string): boolean {
    return inside.length < ofAll && inside.filter((one) => one === group).length < ofGroup;
  }

  function turn(group: string): Promise<boolean> {
    return new Promise((resolve) => {
      line.push({ group, begin: resolve });
      admit();
    });
  }

  function admit(): void {
    for (let i = 0; i < line.length; ) {
      const next = line[i];
      if (next === undefined || !hasRoom(next.group)) {
        i += 1;
        continue;
      }
      line.splice(i, 1);
      inside.push(next.group);
      next.begin(true);
    }
  }

  return {
    async take({ group, name }, work) {
      if (isClosed || named.has(name)) return null;
      named.add(name);
      try {
        if (!(await turn(group))) return null;
        try {
          return await work();
        } finally {
          inside.splice(inside.indexOf(group), 1);
          admit();
        }
      } finally {
        named.delete(name);
      }
    },
    size: () => named.size,
    close() {
      isClosed = true;
      for (const { begin } of line.splice(0)) begin(false);
    },
  };
}
