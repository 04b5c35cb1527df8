// The tests a table is put to; each is a function from the table to its warnings.
import type {ImportTable, Warning} from '../../types.ts';
import {clockUnit} from './clock-unit.ts';
import {clocks} from './clock.ts';
import {repeat} from './repeat.ts';
import {rowDoubts} from './row-rules.ts';

/** The table with every doubt its own numbers raise. */
export const withWarnings = (table: ImportTable): ImportTable => {
  const printed = clocks(table);
  const found: Warning[] = [
    ...repeat(table, printed),
    ...clockUnit(table, printed),
    ...rowDoubts(table),
  ];
  return found.length === 0 ? table : {...table, warnings: table.warnings.concat(found)};
};
