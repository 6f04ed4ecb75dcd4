/** Up to two revisions that are looked at together, older first. */
export interface Selection {
  readonly from?: number | undefined;
  readonly to?: number | undefined;
}

/** The selection once a revision was chosen or let go; of three the oldest goes. */
export function toggled({ from, to }: Selection, revision: number): Selection {
  const chosen = [from, to].filter((one) => one !== undefined);
  const next = chosen.includes(revision)
    ? chosen.filter((one) => one !== revision)
    : [...chosen.slice(-1), revision].sort((a, b) => a - b);
  return { from: next[0], to: next[1] };
}

export function isSelected({ from, to }: Selection, revision: number): boolean {
  return revision === from || revision === to;
}
