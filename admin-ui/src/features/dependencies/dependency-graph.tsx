import type { DependenciesView } from '@glidepath/server/api-types';
import classes from './dependencies.module.css';
import { type GraphEdge, type GraphNode, layoutOf } from './graph-layout.ts';
import { dependencyMessages as m } from './messages.ts';

const WIDTH = 184;
const HEIGHT = 48;
const GAP_X = 72;
const GAP_Y = 16;
const MARGIN = 8;
/** Between lines that go below the boxes. */
const LANE = 10;
const BEND = GAP_X / 2;
const LONGEST_KEY = 22;
const SHAPES = { on: '●', off: '○', partial: '◐', killed: '■' } as const;

const xOf = ({ column }: GraphNode): number => MARGIN + column * (WIDTH + GAP_X);
const yOf = ({ row }: GraphNode): number => MARGIN + row * (HEIGHT + GAP_Y);

/** The flags as boxes from left to right. For the eye only: the tables below say the same. */
export function DependencyGraph({ view }: { readonly view: DependenciesView }) {
  const { nodes, edges, columns, rows } = layoutOf(view);
  const long = edges.filter(isLong);
  const width = 2 * MARGIN + columns * WIDTH + (columns - 1) * GAP_X;
  const boxes = 2 * MARGIN + rows * HEIGHT + (rows - 1) * GAP_Y;
  const height = boxes + long.length * LANE;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable with the keyboard.
    <section className={classes.scroller} aria-label={m.graph} tabIndex={0}>
      <svg
        aria-hidden="true"
        width={width}
        height={height}
        viewBox={`0 0 ${width} ${height}`}
        className={classes.graph}
      >
        <defs>
          <marker id="needed-by" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" orient="auto">
            <path d="M0 0L8 4L0 8z" className={classes.arrow} />
          </marker>
        </defs>
        {edges.map((edge) => (
          <path
            key={`${edge.from.dependency.flag} ${edge.to.dependency.flag}`}
            d={isLong(edge) ? detour(edge, boxes + long.indexOf(edge) * LANE) : curve(edge)}
            className={classes.edge}
            markerEnd="url(#needed-by)"
          />
        ))}
        {nodes.map((node) => (
          <Node
            key={node.dependency.flag}
            node={node}
            isDown={view.takesDown.includes(node.dependency.flag)}
            isSubject={node.dependency.flag === view.flag.flag}
          />
        ))}
      </svg>
    </section>
  );
}

/** Whether boxes stand in between. */
function isLong({ from, to }: GraphEdge): boolean {
  return to.column - from.column > 1;
}

function curve({ from, to }: GraphEdge): string {
  const [x1, y1, x2, y2] = endsOf(from, to);
  return `M${x1} ${y1}C${x1 + BEND} ${y1} ${x2 - BEND} ${y2} ${x2} ${y2}`;
}

/** Below all boxes, at this height. */
function detour({ from, to }: GraphEdge, y: number): string {
  const [x1, y1, x2, y2] = endsOf(from, to);
  const down = `C${x1 + BEND} ${y1} ${x1} ${y} ${x1 + BEND} ${y}`;
  const up = `C${x2} ${y} ${x2 - BEND} ${y2} ${x2} ${y2}`;
  return `M${x1} ${y1}${down}H${x2 - BEND}${up}`;
}

function endsOf(from: GraphNode, to: GraphNode): readonly [x1: number, y1: number, x2: number, y2: number] {
  return [xOf(from) + WIDTH, yOf(from) + HEIGHT / 2, xOf(to) - 2, yOf(to) + HEIGHT / 2];
}

interface NodeProps {
  readonly node: GraphNode;
  readonly isSubject: boolean;
  /** Whether it goes down with the flag in question. */
  readonly isDown: boolean;
}

function Node({ node, isSubject, isDown }: NodeProps) {
  const { flag, state, label } = node.dependency;
  return (
    <g
      transform={`translate(${xOf(node)} ${yOf(node)})`}
      className={classes.node}
      data-subject={isSubject}
      data-down={isDown}
    >
      <rect width={WIDTH} height={HEIGHT} rx="8" />
      <text x="12" y="20" className={classes.key}>
        {flag.length > LONGEST_KEY ? `${flag.slice(0, LONGEST_KEY - 1)}…` : flag}
      </text>
      <text x="12" y="38" className={classes.state}>
        {SHAPES[state]} {label}
      </text>
    </g>
  );
}
