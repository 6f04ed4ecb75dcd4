import classes from './status-mark.module.css';

export type Status =
  | 'on'
  | 'off'
  | 'partial'
  | 'killed'
  | 'moving'
  | 'waiting'
  | 'paused'
  | 'done'
  | 'failed'
  | 'attention'
  | 'unknown';

/** A shape of its own for each state: readable without colour. */
const SHAPES = {
  on: '●',
  off: '○',
  partial: '◐',
  killed: '■',
  moving: '▶',
  waiting: '◷',
  paused: '‖',
  done: '✓',
  failed: '✕',
  attention: '⚠',
  unknown: '?',
} as const satisfies Record<Status, string>;

export function StatusMark({ state, label }: { readonly state: Status; readonly label: string }) {
  return (
    <span className={classes.mark} data-state={state}>
      <span className={classes.shape} aria-hidden="true">
        {SHAPES[state]}
      </span>
      {label}
    </span>
  );
}
