export type DiffLine = { readonly kind: 'same' | 'removed' | 'added'; readonly text: string };

/** Two lists of lines as one: what stayed, what went, what came, in reading order (longest common subsequence). */
export function lineDiff(before: readonly string[], after: readonly string[]): DiffLine[] {
  const lengths = commonLengths(before, after);
  const lines: DiffLine[] = [];
  let b = 0;
  let a = 0;
  while (b < before.length || a < after.length) {
    const old = before[b];
    const now = after[a];
    if (old !== undefined && old === now) {
      lines.push({ kind: 'same', text: old });
      b += 1;
      a += 1;
    } else if (old !== undefined && (now === undefined || lengthAt(lengths, b + 1, a) >= lengthAt(lengths, b, a + 1))) {
      lines.push({ kind: 'removed', text: old });
      b += 1;
    } else if (now !== undefined) {
      lines.push({ kind: 'added', text: now });
      a += 1;
    }
  }
  return lines;
}

/** `[b][a]`: how many lines the rests from there have in common. */
function commonLengths(before: readonly string[], after: readonly string[]): number[][] {
  const lengths = Array.from({ length: before.length + 1 }, () => new Array<number>(after.length + 1).fill(0));
  for (let b = before.length - 1; b >= 0; b -= 1) {
    for (let a = after.length - 1; a >= 0; a -= 1) {
      const row = lengths[b];
      if (!row) continue;
      row[a] =
        before[b] === after[a]
          ? lengthAt(lengths, b + 1, a + 1) + 1
          : Math.max(lengthAt(lengths, b + 1, a), lengthAt(lengths, b, a + 1));
    }
  }
  return lengths;
}

function lengthAt(lengths: readonly (readonly number[])[], b: number, a: number): number {
  return lengths[b]?.[a] ?? 0;
}
