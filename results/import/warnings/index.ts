// The list of tests a table is put to; each is a function from the table to its warnings.
import type {ImportTable, Warning} from '../../types.ts';
import {clockUnit} from './clock-unit.ts';
import {hybrid} from './hybrid.ts';
import {lowRunning, multiplexed} from './multiplexed.ts';
import {semAbove100} from './noise.ts';
import {ratioAbove100} from './ratio-above-100.ts';
import {repeat} from './repeat.ts';
import {userOnly} from './user-only.ts';

const tests: readonly ((table: ImportTable) => Warning[])[] = [
  repeat,
  clockUnit,
  multiplexed,
  lowRunning,
  ratioAbove100,
  semAbove100,
  userOnly,
  hybrid,
];

/** The table with every doubt its own numbers raise. */
export const withWarnings = (table: ImportTable): ImportTable => ({
  ...table,
  warnings: [...table.warnings, ...tests.flatMap((test) => test(table))],
});
