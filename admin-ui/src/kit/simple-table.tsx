import type { ReactNode } from 'react';
import classes from './simple-table.module.css';

export interface Column<T> {
  readonly name: string;
  readonly cell: (row: T) => ReactNode;
}

export interface SimpleTableProps<T> {
  readonly label: string;
  readonly columns: readonly Column<T>[];
  readonly rows: readonly T[];
  readonly idOf: (row: T) => string | number;
}

/** A table for lists of modest length; on a phone each row becomes a card whose cells carry their column's name. */
export function SimpleTable<T>({ label, columns, rows, idOf }: SimpleTableProps<T>) {
  return (
    <div className={classes.frame}>
      <table className={classes.table} aria-label={label}>
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column.name} scope="col">
                {column.name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={idOf(row)}>
              {columns.map((column) => (
                <td key={column.name} data-name={column.name}>
                  <div className={classes.cell}>{column.cell(row)}</div>
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
