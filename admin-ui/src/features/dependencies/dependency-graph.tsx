import type { DependenciesView } from '@glidepath/server/api-types';
import classes from './dependencies.module.css';
import { type GraphEdge, type GraphNode, layoutOf } from './graph-layout.ts';

const WIDTH = 184;
const HEIGHT = 48;
const GAP_X = 72;
const GAP_Y = 16;
const MARGIN = 8;
const LONGEST_KEY = 22;
const SHAPES = { on: '●', off: '○', partial: '◐', killed: '■' } as const;

const xOf = ({ column }: GraphNode): number => MARGIN + column * (WIDTH + GAP_X);
const yOf = ({ row }: GraphNode): number => MARGIN + row * (HEIGHT + GAP_Y);

/** The flags as boxes from left to right. For the eye only: the tables below say the same. */
export function DependencyGraph({ view }: { readonly view: DependenciesView }) {
  const { nodes, edges, columns, rows } = layoutOf(view);
  const width = 2 * MARGIN + columns * WIDTH + (columns - 1) * GAP_X;
  const height = 2 * MARGIN + rows * HEIGHT + (rows - 1) * GAP_Y;
  return (
    <div className={classes.scroller}>
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
          <Edge key={`${edge.from.dependency.flag} ${edge.to.dependency.flag}`} edge={edge} />
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
    </div>
  );
}

function Edge({ edge: { from, to } }: { readonly edge: GraphEdge }) {
  const start = { x: xOf(from) + WIDTH, y: yOf(from) + HEIGHT / 2 };
  const end = { x: xOf(to) - 2, y: yOf(to) + HEIGHT / 2 };
  const bend = GAP_X / 2;
  const path = `M${start.x} ${start.y}C${start.x + bend} ${start.y} ${end.x - bend} ${end.y} ${end.x} ${end.y}`;
  return <path d={path} className={classes.edge} markerEnd="url(#needed-by)" />;
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
