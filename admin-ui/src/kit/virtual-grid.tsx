import { defaultRangeExtractor, type Range, useVirtualizer, type VirtualItem } from '@tanstack/react-virtual';
import { type CSSProperties, type KeyboardEvent, type ReactNode, useEffect, useRef, useState } from 'react';
import classes from './virtual-grid.module.css';

export interface VirtualGridProps {
  readonly label: string;
  readonly rowCount: number;
  /** Pixels; the same for all rows. */
  readonly rowHeight: number;
  /** CSS grid columns of the header and of every row. */
  readonly columns: string;
  /** `columnheader` elements; absent where rows are drawn as cards. */
  readonly header?: ReactNode;
  /** The `gridcell` elements of a row. */
  readonly row: (index: number) => ReactNode;
  readonly onOpen: (index: number) => void;
  /** Called with the first and last row that are drawn. */
  readonly onRange: (first: number, last: number) => void;
  readonly initialOffset?: number;
  /** The row that takes the focus at once: the one that was opened, when somebody comes back. */
  readonly initialRow?: number;
  /** Under which name the scroll offset is kept while other pages are shown. */
  readonly scrollId: string;
}

const OVERSCAN = 8;

/**
 * A list of any length of which only the visible rows exist. Arrow keys move, Enter opens; the focused row stays
 * in the page when it is scrolled away, so that the focus is never lost.
 */
export function VirtualGrid(props: VirtualGridProps) {
  const { rowCount, rowHeight, onRange } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const [active, setActive] = useState(props.initialRow ?? -1);
  const rows = useVirtualizer({
    count: rowCount,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: OVERSCAN,
    initialOffset: props.initialOffset ?? 0,
    rangeExtractor: (range) => withRow(range, active),
  });
  const drawn = rows.getVirtualItems();
  const first = rows.range?.startIndex ?? 0;
  const last = rows.range?.endIndex ?? 0;

  useEffect(() => onRange(first, last), [onRange, first, last]);
  useEffect(() => {
    // The height of a row follows the width of the window.
    void rowHeight;
    rows.measure();
  }, [rows, rowHeight]);

  const { initialRow } = props;
  const isInitialDrawn = drawn.some((item) => item.index === initialRow);
  const isReturned = useRef(false);
  useEffect(() => {
    if (initialRow === undefined || !isInitialDrawn || isReturned.current) return;
    isReturned.current = true;
    rowElement(scroller.current, initialRow)?.focus({ preventScroll: true });
  }, [initialRow, isInitialDrawn]);

  function move(to: number) {
    const index = Math.max(0, Math.min(rowCount - 1, to));
    setActive(index);
    rows.scrollToIndex(index);
    requestAnimationFrame(() => rowElement(scroller.current, index)?.focus({ preventScroll: true }));
  }

  function onKeyDown(event: KeyboardEvent) {
    if (active < 0 || !isRow(event.target)) return;
    const step = stepOf(event.key, Math.max(1, last - first - 1), active, rowCount);
    if (step !== null) {
      event.preventDefault();
      move(step);
    } else if (event.key === 'Enter') {
      event.preventDefault();
      props.onOpen(active);
    }
  }

  return (
    // biome-ignore lint/a11y/useSemanticElements: a table cannot draw a window of its rows.
    <div
      ref={scroller}
      role="grid"
      aria-label={props.label}
      aria-rowcount={rowCount + 1}
      className={classes.scroller}
      tabIndex={0}
      data-scroll-restoration-id={props.scrollId}
      style={{ '--grid-columns': props.columns } as CSSProperties}
      onKeyDown={onKeyDown}
    >
      {props.header && (
        // biome-ignore lint/a11y/useSemanticElements: see above.
        // biome-ignore lint/a11y/useFocusableInteractive: the header takes no focus, its buttons do.
        <div role="row" aria-rowindex={1} className={classes.header}>
          {props.header}
        </div>
      )}
      <div className={classes.body} style={{ height: rows.getTotalSize() }}>
        {drawn.map((item) => (
          <Row key={item.key} item={item} isEntry={item.index === Math.max(0, active)} onFocus={setActive}>
            {props.row(item.index)}
          </Row>
        ))}
      </div>
    </div>
  );
}

interface RowProps {
  readonly item: VirtualItem;
  /** Whether Tab enters the list here. */
  readonly isEntry: boolean;
  readonly onFocus: (index: number) => void;
  readonly children: ReactNode;
}

function Row({ item, isEntry, onFocus, children }: RowProps) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: see VirtualGrid.
    <div
      role="row"
      aria-rowindex={item.index + 2}
      data-index={item.index}
      tabIndex={isEntry ? 0 : -1}
      className={classes.row}
      style={{ height: item.size, transform: `translateY(${item.start}px)` }}
      onFocus={(event) => {
        if (event.target === event.currentTarget) onFocus(item.index);
      }}
    >
      {children}
    </div>
  );
}

/** The rows to draw, among them always the focused one. */
function withRow(range: Range, row: number): number[] {
  const indexes = defaultRangeExtractor(range);
  if (row < 0 || row >= range.count || indexes.includes(row)) return indexes;
  return [...indexes, row].sort((a, b) => a - b);
}

function rowElement(scroller: HTMLElement | null, index: number): HTMLElement | null {
  return scroller?.querySelector<HTMLElement>(`[data-index="${index}"]`) ?? null;
}

function isRow(target: EventTarget): boolean {
  return target instanceof HTMLElement && target.dataset['index'] !== undefined;
}

function stepOf(key: string, page: number, active: number, rowCount: number): number | null {
  switch (key) {
    case 'ArrowDown':
    case 'j':
      return active + 1;
    case 'ArrowUp':
    case 'k':
      return active - 1;
    case 'PageDown':
      return active + page;
    case 'PageUp':
      return active - page;
    case 'Home':
      return 0;
    case 'End':
      return rowCount - 1;
    default:
      return null;
  }
}
