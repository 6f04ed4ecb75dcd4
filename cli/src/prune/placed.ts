import type { NodePath } from '@babel/traverse';
import type * as t from '@babel/types';
import type { FlagRead, Spot } from '../code/flag-read.ts';
import { idIn, relocated } from '../code/spots.ts';

/** Where something is in a tree of Babel. */
interface Placed {
  readonly file: string;
  readonly path: NodePath;
}

/** A read with the paths of one tree. */
export type PlacedRead = FlagRead<Placed>;

/** The reads of a file, in this tree of it; what is not in it has the path of the program. */
export function placedIn(program: NodePath<t.Program>, reads: readonly FlagRead[]): readonly PlacedRead[] {
  const paths = pathsById(program, reads);
  const placed = (spot: Spot): Placed => ({ file: spot.file, path: paths.get(idIn(spot)) ?? program });
  return reads.map((read) => relocated(read, placed));
}

function pathsById(program: NodePath<t.Program>, reads: readonly FlagRead[]): ReadonlyMap<string, NodePath> {
  const wanted = new Set<string>();
  for (const read of reads) relocated(read, (spot) => wanted.add(idIn(spot)));
  const found = new Map<string, NodePath>();
  program.traverse({
    enter(path) {
      const id = idIn(path.node);
      // The name of a property that is its value as well comes first.
      if (wanted.has(id) && !found.has(id)) found.set(id, path);
    },
  });
  return found;
}
