import type * as t from '@babel/types';
import type { FlagRead, Spot } from './flag-read.ts';
import type { Site } from './values.ts';

export const spotOf = ({ file, path: { node } }: Site): Spot => ({
  file,
  type: node.type,
  start: node.start as number,
  end: node.end as number,
});

export const idOf = ({ file, type, start, end }: Spot): string => `${file}\0${idIn({ type, start, end })}`;

/** Within its file. */
export const idIn = ({ type, start, end }: Pick<t.Node, 'type' | 'start' | 'end'>): string => `${type}:${start}:${end}`;

export const contains = (outer: Spot, inner: Spot): boolean =>
  outer.file === inner.file && outer.start <= inner.start && outer.end >= inner.end;

/** The same read, its places found in another way. */
export function relocated<P, Q>(read: FlagRead<P>, placed: (place: P) => Q): FlagRead<Q> {
  const { fallback, context, run } = read;
  return {
    ...read,
    at: placed(read.at),
    keyAt: placed(read.keyAt),
    fallback: fallback === null ? null : { ...fallback, at: placed(fallback.at) },
    context: context === null ? null : placed(context),
    run: run === null ? null : placed(run),
  };
}
