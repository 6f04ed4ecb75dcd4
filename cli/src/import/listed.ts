/** A list that definitions leave out where it is empty. */
export const listed = <N extends string, T>(name: N, list: readonly T[]): { readonly [K in N]?: readonly T[] } =>
  (list.length === 0 ? {} : { [name]: list }) as { readonly [K in N]?: readonly T[] };
