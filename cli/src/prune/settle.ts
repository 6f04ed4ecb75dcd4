import type { NodePath } from '@babel/traverse';
import type * as t from '@babel/types';
import { type Draft, type Edit, EditSet, edited } from './draft.ts';
import { type Event, eventOf } from './events.ts';
import { CLASS_RULES } from './fold-class.ts';
import { EXPRESSION_RULES, type Rule } from './fold-expression.ts';
import { container } from './fold-jsx.ts';
import { STATEMENT_RULES } from './fold-statement.ts';
import { switched } from './fold-switch.ts';
import type { Markers } from './markers.ts';
import { followsOpen } from './places.ts';
import { printed } from './print.ts';
import { PROPAGATION_RULES } from './propagate.ts';
import type { Purity } from './purity.ts';
import { RUN_RULES } from './run-rules.ts';
import { type ParsedFile, parseFile } from './scoped.ts';
import type { Bench } from './splice.ts';
import { deadEdits, unusedEdits, usedBefore } from './unused.ts';

/** A file whose reads are to be replaced, by edits that put names of markers in their place. */
interface Settling {
  readonly file: string;
  /** As it was at first, and as it is. */
  readonly text: string;
  readonly draft: Draft;
  readonly edits: readonly Edit[];
  readonly markers: Markers;
  readonly purity: Purity;
  readonly was: Was;
}

/** What has to be known of a file as it was at first. */
export interface Was {
  readonly used: ReturnType<typeof usedBefore>;
  readonly faults: number;
  /** Names that are used by what is no script. */
  readonly outside: ReadonlySet<string>;
}

export const wasOf = ({ program, faults }: ParsedFile, outside: ReadonlySet<string>): Was => ({
  used: usedBefore(program, outside),
  faults: faults.length,
  outside,
});

export interface Outcome {
  readonly draft: Draft;
  readonly events: readonly Event[];
  /** How many calls are left that were arguments. */
  readonly kept: number;
}

const FOLDS: Readonly<Record<string, Rule>> = {
  ...EXPRESSION_RULES,
  ...STATEMENT_RULES,
  ...PROPAGATION_RULES,
  ...CLASS_RULES,
  JSXExpressionContainer: container,
  SwitchStatement: switched,
};

/** Far more than code has ever needed: each pass leaves less than there was. */
const MOST_PASSES = 200;

/** Folds all that the settled values decide, and takes away what nobody needs any more because of it. */
export function settled({ file, text, draft: given, edits, markers, purity, was }: Settling): Outcome {
  let draft = edited(given, edits);
  const events: Event[] = [];
  for (let pass = 0; pass < MOST_PASSES; pass += 1) {
    const parsed = parseFile(file, draft.text);
    if (parsed.faults.length > was.faults) throw new Error(`folding broke the code: ${parsed.faults.at(-1)}`);
    const { program } = parsed;
    const bench: Bench = { text: draft.text, markers, purity, outside: was.outside };
    const tell = (path: NodePath): void => {
      const event = eventOf(path, bench, draft, text);
      if (event !== null) events.push(event);
    };
    const set = new EditSet();
    const places = markers.placesIn(draft.text);
    folds(program, bench, FOLDS, set, tell, places);
    if (set.edits.length === 0) folds(program, bench, RUN_RULES, set, tell, places);
    if (set.edits.length === 0) deadEdits(program, draft, was.used, set);
    if (set.edits.length === 0) unusedEdits(program, draft, was.used, bench, set, tell);
    if (set.edits.length === 0) return { ...printed(parsed, draft, markers), events };
    draft = edited(draft, set.edits);
  }
  throw new Error('folding does not come to an end');
}

function folds(
  program: NodePath<t.Program>,
  bench: Bench,
  rules: Readonly<Record<string, Rule>>,
  set: EditSet,
  tell: (path: NodePath) => void,
  places: readonly number[],
): void {
  // Without them there is nothing to fold, and walking through a program takes most of the time.
  if (places.length === 0) return;
  const changed = new Set<t.Node>();
  program.traverse({
    enter(path) {
      if (!isAround(path.node, places)) {
        path.skip();
        return;
      }
      const rule = Object.hasOwn(rules, path.node.type) ? rules[path.node.type] : undefined;
      const edits = rule?.(path, bench);
      if (!edits || followsOpen(path, changed, bench.text) || !set.add(edits)) return;
      tell(path);
      for (let up: NodePath | null = path; up !== null; up = up.parentPath) changed.add(up.node);
      // What is in it may mean something else where it will stand.
      if (path.isStatement() || path.isExpression()) path.skip();
    },
  });
}

/** Whether one of the places, which are in order, is within a node. */
function isAround({ start, end }: t.Node, places: readonly number[]): boolean {
  let low = 0;
  let high = places.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((places[middle] as number) < (start as number)) low = middle + 1;
    else high = middle;
  }
  const next = places[low];
  return next !== undefined && next < (end as number);
}
