/** A table of records, the first column naming them. On narrow screens each row folds into labelled lines, and stays a row by ARIA. */
import type { ReactNode } from 'react';

import classes from './RecordTable.module.css';

export interface Column<Row> {
  readonly label: string;
  readonly cell: (row: Row) => ReactNode;
  /** It stays on one line where the table has columns. */
  readonly whole?: boolean;
}

interface Props<Row> {
  /** What the rows are, for readers of screens. */
  readonly label: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly rowKey: (row: Row) => string;
}

export function RecordTable<Row>({ label, columns, rows, rowKey }: Props<Row>) {
  // Elements of a table lose their roles when CSS folds them; these have theirs by ARIA.
  return (
    <div className={classes.table} role="table" aria-label={label}>
      <div className={classes.head} role="rowgroup">
        <div className={classes.row} role="row">
          {columns.map((column) => (
            <span key={column.label} className={classes.cell} role="columnheader">
              {column.label}
            </span>
          ))}
        </div>
      </div>
      <div className={classes.body} role="rowgroup">
        {rows.map((row) => (
          <div key={rowKey(row)} className={classes.row} role="row">
            {columns.map((column) => (
              <div
                key={column.label}
                className={column.whole ? `${classes.cell} ${classes.whole}` : classes.cell}
                role="cell"
              >
                <span className={classes.label} aria-hidden>
                  {column.label}
                </span>
                <div>{column.cell(row)}</div>
              </div>
            ))}
          </div>
        ))}
      </div>
    </div>
  );
}
