// What the pieces of a spilling function may use: maps, the frame, registers.
import {alu64, load, mov64, reg} from '../../jit/bpf/word/insn.ts';
import type {Insn} from '../../jit/bpf/word/insn.ts';
import type {PlayedType} from '../../jit/program-kinds.ts';
import type {MapSpec} from '../../jit/types.ts';
import type {Choices} from '../play/choices.ts';
import type {Frame} from './spill-frame.ts';

export const spillMaps: readonly MapSpec[] = [
  {name: 'numbers', type: 'array', keyBytes: 4, valueBytes: 16, maxEntries: 4},
  {name: 'table', type: 'hash', keyBytes: 8, valueBytes: 24, maxEntries: 8},
];
/** Their numbers. */
export const maps = {numbers: 0, table: 1} as const;

/** What the pieces of one spilling function may use. */
export interface Scope {
  readonly random: Choices;
  readonly type: Exclude<PlayedType, 'flow_dissector'>;
  readonly frame: Frame;
  /** Subprograms that may be called; the number goes into the immediate. */
  readonly callees: readonly number[];
  /** How deep branches are nested. */
  readonly depth: number;
}

/** Registers that calls leave alone. */
export const saved = [7, 8, 9] as const;
export const widths = [1, 2, 4, 8] as const;
/** Puts the address of the stack at `offset` into `register`. */
export const stackAddress = (register: number, offset: number): Insn[] => [
  mov64(register, reg(10)),
  alu64('add', register, offset),
];

/** Puts an unknown number into `register`. */
export const unknownNumber = ({type}: Scope, register: number): Insn[] => [
  load(4, register, 6, type === 'xdp' ? 16 : 0),
];
