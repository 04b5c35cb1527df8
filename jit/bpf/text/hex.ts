// Raw instructions as hexadecimal text.
import {Refusal} from '../../refusal.ts';
import type {ProgramType} from '../../program-kinds.ts';
import type {MapSpec, Program} from '../../types.ts';
import {immAt, insnBytes, insnCount, isLocalCall, isWide} from '../word/insn.ts';

export interface HexOptions {
  readonly name: string;
  readonly type: ProgramType;
  readonly maps?: readonly MapSpec[];
}

/**
 * A program from hexadecimal digits, 16 an instruction; white space, commas and `0x` do not matter.
 * Functions start at 0 and wherever a call goes. Throws a Refusal for anything else.
 */
export const programFromHex = (text: string, {name, type, maps = []}: HexOptions): Program => {
  const digits = text.replace(/0x|[\s,]/g, '');
  if (!/^[0-9a-fA-F]*$/.test(digits))
    throw new Refusal(
      `program ${name}: ${JSON.stringify(/[^0-9a-fA-F]/.exec(digits)?.[0])} is not a hexadecimal digit`,
      'Give 16 hexadecimal digits an instruction.',
    );
  if (digits.length === 0 || digits.length % (insnBytes * 2) !== 0) {
    throw new Refusal(
      `program ${name}: ${digits.length} hexadecimal digits are not whole instructions`,
      'Give 16 hexadecimal digits an instruction.',
    );
  }
  const insns = Uint8Array.from(Buffer.from(digits, 'hex'));
  return {name, type, insns, maps, functions: functionsOf(insns, name)};
};

/** Functions of raw instructions: 0 and the targets of calls inside. */
export const functionsOf = (
  insns: Uint8Array,
  name: string,
  names: ReadonlyMap<number, string> = new Map(),
): Program['functions'] => {
  const starts = new Set([0, ...names.keys()]);
  const count = insnCount(insns);
  for (let index = 0; index < count; index++) {
    const target = index + 1 + immAt(insns, index);
    if (isLocalCall(insns, index) && target >= 0 && target < count) starts.add(target);
    if (isWide(insns, index)) index++;
  }
  return [...starts]
    .sort((a, b) => a - b)
    .map((start) => ({
      name: names.get(start) ?? (start === 0 ? name : `function_${start}`),
      start,
    }));
};

export const programToHex = ({insns}: Program): string =>
  Buffer.from(insns)
    .toString('hex')
    .replace(/.{16}(?=.)/g, '$&\n');
