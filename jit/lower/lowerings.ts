// One table of lowerings for each kernel era and the two things of a layout that straight-line code
// depends on.
import type {Layout} from '../types.ts';
import {addAlu} from './alu.ts';
import {addAtomics} from './atomic.ts';
import {addCompares} from './conditions.ts';
import type {Era, LoweringTable} from './lowering.ts';
import {addMemory} from './load-store.ts';
import {addMultiplyDivide} from './muldiv.ts';
import {addShifts} from './shift.ts';

export const loweringTable = (era: Era, layout: Layout): LoweringTable => {
  const table: LoweringTable = new Array(256).fill(undefined);
  const percpuOffset =
    layout.percpuOffset === null ? null : Number(BigInt.asIntN(32, layout.percpuOffset));
  addAlu(table, era, percpuOffset);
  addMultiplyDivide(table, era);
  addShifts(table, era, layout.bmi2);
  addMemory(table, era);
  addAtomics(table, era);
  addCompares(table);
  return table;
};
