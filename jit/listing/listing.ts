// An image as lines: the address of each machine instruction, its bytes and text, and the BPF
// instruction and step it comes from.
import type {Image, ImageFunction} from '../types.ts';
import {disassemble} from '../x86/disassemble.ts';

/** One machine instruction. */
export interface ListingLine {
  readonly symbol: string;
  readonly address: bigint;
  /** From the start of the function, in bytes. */
  readonly offset: number;
  /** Hex with blanks. */
  readonly bytes: string;
  /** AT&T text as objdump writes it, without symbols. */
  readonly text: string;
  /** The target of a direct jump or call. */
  readonly leadsTo: bigint | null;
  /** Number of the verified instruction in its program, -1 for the prologue and thunks. */
  readonly insn: number;
  readonly step: string;
}

export const listImage = (image: Image): readonly ListingLine[] =>
  image.functions.flatMap(listFunction);

/** Throws if a step ends inside an instruction: the marks of the function would be wrong. */
export const listFunction = ({symbol, base, code, marks}: ImageFunction): ListingLine[] => {
  const lines: ListingLine[] = [];
  for (const {offset: begin, bytes: length, step, insn} of marks()) {
    const end = begin + length;
    for (let offset = begin; offset < end;) {
      const {bytes, text, leadsTo} = disassemble(code, offset, base);
      if (offset + bytes > end)
        throw new Error(`${symbol}: step '${step}' ends inside an instruction at ${offset}.`);
      lines.push({
        symbol,
        address: base + BigInt(offset),
        offset,
        bytes: hexBytes(code.subarray(offset, offset + bytes)),
        text,
        leadsTo,
        insn,
        step,
      });
      offset += bytes;
    }
  }
  return lines;
};

const hexBytes = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(' ');
