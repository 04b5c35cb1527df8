// One table of lowerings for each kernel era and the two things of a layout that straight-line code
// depends on.
import type {Arena, Layout} from '../types.ts';
import {addAlu, addPerCpuMove} from './alu.ts';
import {addArenaCast, addArenaMemory} from './arena.ts';
import {addAtomics} from './atomic.ts';
import {addCompares} from './conditions.ts';
import {addGuardedLoads} from './guarded-load.ts';
import type {Era, LoweringTable} from './lowering.ts';
import {addMemory} from './load-store.ts';
import {addMultiplyDivide} from './muldiv.ts';
import {addShifts} from './shift.ts';

export const loweringTable = (
  era: Era,
  {bmi2, percpuOffset}: Layout,
  arena?: Arena,
): LoweringTable => {
  const key = `${era} ${bmi2}`;
  const known = tables.get(key) ?? makeTable(era, bmi2);
  tables.set(key, known);
  const table = [...known];
  if (percpuOffset !== null) addPerCpuMove(table, era, Number(BigInt.asIntN(32, percpuOffset)));
  if (arena !== undefined) addArenaCast(table, era, arena.userStart);
  return table;
};

/** Encoders are compiled once; a table is a list of them. */
const tables = new Map<string, LoweringTable>();

const makeTable = (era: Era, bmi2: boolean): LoweringTable => {
  const table: LoweringTable = new Array(256).fill(undefined);
  addAlu(table, era);
  addMultiplyDivide(table, era);
  addShifts(table, era, bmi2);
  addMemory(table, era);
  addAtomics(table, era);
  addGuardedLoads(table, era);
  addArenaMemory(table, era);
  addCompares(table);
  return table;
};
