// What a lowering is: BPF fields in, machine code into the buffer; a table holds one for each
// opcode a kernel knows.
import type {CodeBuffer} from '../x86/buffer.ts';

/**
 * `to` and `from` are machine registers; `imm` is signed, `offset` too. Writes at most 128 bytes.
 */
export type Lowering = (
  code: CodeBuffer,
  to: number,
  from: number,
  offset: number,
  imm: number,
) => void;

/** By BPF opcode; a hole is an opcode the kernel of that time refuses. */
export type LoweringTable = (Lowering | undefined)[];

/** Instruction sets by kernel, as far as machine code differs, in order. `old` is 5.7 to 5.10. */
const eras = ['old', 'v61', 'v612', 'v618'] as const;
export type Era = (typeof eras)[number];

/** True if `era` has what came with `since`. */
export const eraHas = (era: Era, since: Era): boolean => eras.indexOf(era) >= eras.indexOf(since);
