// Statements as clang and the kernel's verifier log write them: `r1 = r6`, `w2 s>>= 3`, `if r1 != 0
// goto done`.
import {
  alu32,
  alu64,
  aluBits,
  atomic,
  callLocal,
  classes,
  codes,
  exit,
  gotol,
  ja,
  jump,
  jump32,
  load,
  loadSigned,
  mov32,
  mov64,
  modes,
  pseudo,
  reg,
  sizeBits,
  store,
  wide,
} from '../word/insn.ts';
import type {Operand, Width} from '../word/insn.ts';
import {aluSigns, atomicByName, jumpSigns} from '../word/isa.ts';
import {int32, int64, offset16, signed32} from './literals.ts';
import {one, parseStatement, pattern, register, StatementError, targetOf} from './statement.ts';
import type {MapNumber, Pattern, Statement} from './statement.ts';

const R = String.raw`(r|w)(\d+)`;
const NUMBER = String.raw`[+-]?(?:0x[0-9a-fA-F]+|\d+)`;
const WIDTH = String.raw`\(\s*([us])(8|16|32|64)\s*\*\s*\)\s*`;
const ADDRESS = String.raw`r(\d+)\s*(?:([+-])\s*(0x[0-9a-fA-F]+|\d+))?\s*`;
const MEMORY = String.raw`\*\s*${WIDTH}\(\s*${ADDRESS}\)`;
const PLACE = String.raw`(?:${WIDTH})?\(?\s*${ADDRESS}\)?`;
const TARGET = String.raw`(?:pc\s*)?([+-]\s*\d+|[A-Za-z_.$][\w.$]*)`;
const escaped = (signs: readonly {readonly sign: string}[]): string =>
  signs
    .map(({sign}) => sign.replace(/[|^*+/]/g, String.raw`\$&`))
    .sort((a, b) => b.length - a.length)
    .join('|');

const same = (a: string, b: string, what: string): void => {
  if (a !== b) throw new StatementError(what);
};

const operand = (width: string, text: string): Operand => {
  const match = /^([rw])(\d+)$/.exec(text);
  if (match === null) return width === 'r' ? signed32(text) : int32(text);
  same(match[1], width, 'registers of one statement must have one width (r or w)');
  return reg(register(match[2]));
};

const alu = (width: string): typeof alu64 => (width === 'r' ? alu64 : alu32);
const widthOfBits = (bits: string): Width => (Number(bits) / 8) as Width;
const offsetOf = (sign: string | undefined, digits: string | undefined): number =>
  offset16(digits === undefined ? '0' : `${sign}${digits}`);
const signOf = (sign: string): (typeof aluSigns)[number] =>
  aluSigns.find((row) => row.sign === sign) as (typeof aluSigns)[number];

const patterns: readonly Pattern[] = [
  pattern('exit', () => one(exit())),
  pattern('nospec', () => one({code: codes.nospec, dst: 0, src: 0, off: 0, imm: 0})),
  pattern(String.raw`goto\s+${TARGET}`, ([, target]) => ({
    insns: [ja(0)],
    target: targetOf(target),
  })),
  pattern(String.raw`gotol\s+${TARGET}`, ([, target]) => ({
    insns: [gotol(0)],
    target: targetOf(target),
  })),
  pattern(
    String.raw`if\s+${R}\s*(${escaped(jumpSigns)})\s*([rw]\d+|${NUMBER})\s+goto\s+${TARGET}`,
    ([, width, dst, sign, right, target]) => {
      const {name} = jumpSigns.find((row) => row.sign === sign) as (typeof jumpSigns)[number];
      return {
        insns: [(width === 'r' ? jump : jump32)(name, register(dst), operand(width, right), 0)],
        target: targetOf(target),
      };
    },
  ),
  pattern(String.raw`call\s+(\d+)`, ([, id]) => one({...callLocal(int32(id)), src: 0})),
  pattern(String.raw`call\s+pc\s*([+-]\s*\d+)`, ([, target]) => ({
    insns: [callLocal(0)],
    target: targetOf(target),
  })),
  pattern(String.raw`call\s+([+-]\s*\d+)`, ([, target]) => ({
    insns: [callLocal(0)],
    target: targetOf(target),
  })),
  pattern(String.raw`call\s+([A-Za-z_.$][\w.$]*)(?:#\d+)?`, ([, name]) => ({
    insns: [callLocal(0)],
    target: name,
    call: 'helper',
  })),
  pattern(String.raw`callx\s+r(\d+)`, ([, dst]) =>
    one({code: codes.callx, dst: register(dst), src: 0, off: 0, imm: 0}),
  ),
  pattern(String.raw`r(\d+)\s*=\s*map\s+([\w.$]+)\s+ll`, ([, dst, map], numberOf) => ({
    insns: wide(register(dst), BigInt(numberOf(map)), pseudo.map),
  })),
  pattern(
    String.raw`r(\d+)\s*=\s*map_value\s+([\w.$]+)\s*(?:\+\s*(\d+)\s*)?\s+ll`,
    ([, dst, map, offset], numberOf) => ({
      insns: wide(
        register(dst),
        BigInt(numberOf(map)) | (BigInt(int32(offset ?? '0')) << 32n),
        pseudo.mapValue,
      ),
    }),
  ),
  pattern(String.raw`r(\d+)\s*=\s*(${NUMBER})\s*ll`, ([, dst, value]) => ({
    insns: wide(register(dst), int64(value)),
  })),
  pattern(String.raw`${R}\s*=\s*(be|le|bswap)(16|32|64)\s+${R}`, ([, , dst, kind, bits, , src]) => {
    same(dst, src, 'a byte swap works in place: both registers must be the same');
    const code =
      aluBits.end | (kind === 'bswap' ? classes.alu64 : classes.alu | (kind === 'be' ? 8 : 0));
    return one({code, dst: register(dst), src: 0, off: 0, imm: Number(bits)});
  }),
  pattern(String.raw`${R}\s*=\s*-\s*${R}`, ([, width, dst, other, src]) => {
    same(width + dst, other + src, 'negation works in place: both registers must be the same');
    return one(alu(width)('neg', register(dst), 0));
  }),
  pattern(String.raw`${R}\s*=\s*\(s(8|16|32)\)\s*${R}`, ([, width, dst, bits, other, src]) => {
    same(width, other, 'registers of one statement must have one width (r or w)');
    return one(alu(width)('mov', register(dst), reg(register(src)), Number(bits)));
  }),
  pattern(String.raw`${R}\s*=\s*([rw]\d+|${NUMBER})`, ([, width, dst, right]) =>
    one((width === 'r' ? mov64 : mov32)(register(dst), operand(width, right))),
  ),
  pattern(
    String.raw`${R}\s*(${escaped(aluSigns)})\s*([rw]\d+|${NUMBER})`,
    ([, width, dst, sign, right]) => {
      const {name, signed} = signOf(sign);
      return one(alu(width)(name, register(dst), operand(width, right), signed ? 1 : 0));
    },
  ),
  pattern(String.raw`[rw](\d+)\s*=\s*${MEMORY}`, ([, dst, kind, bits, base, sign, digits]) => {
    const make = kind === 'u' ? load : (loadSigned as typeof load);
    if (kind === 's' && bits === '64')
      throw new StatementError('a 64-bit load has no sign-extending form');
    return one(make(widthOfBits(bits), register(dst), register(base), offsetOf(sign, digits)));
  }),
  pattern(
    String.raw`${MEMORY}\s*=\s*([rw]\d+|${NUMBER})`,
    ([, kind, bits, base, sign, digits, right]) => {
      same(kind, 'u', 'stores are written with u8, u16, u32 or u64');
      const value = /^[rw]/.test(right)
        ? reg(register(right.slice(1)))
        : bits === '64'
          ? signed32(right)
          : int32(right);
      return one(store(widthOfBits(bits), register(base), offsetOf(sign, digits), value));
    },
  ),
  pattern(
    String.raw`(?:lock\s+)?${MEMORY}\s*(\+=|\|=|&=|\^=)\s*[rw](\d+)`,
    ([, , bits, base, sign, digits, operator, src]) =>
      one(
        atomic(
          widthOfBits(bits),
          aluBits[signOf(operator).name],
          register(base),
          offsetOf(sign, digits),
          register(src),
        ),
      ),
  ),
  pattern(
    String.raw`(?:lock\s+)?[rw](\d+)\s*=\s*atomic(64)?_(fetch_add|fetch_or|fetch_and|fetch_xor|xchg)` +
      String.raw`\s*\(\s*${PLACE}\s*,\s*[rw](\d+)\s*\)`,
    ([, dst, , name, , bits, base, sign, digits, src]) =>
      fetch(name, dst, bits, base, sign, digits, src),
  ),
  pattern(
    String.raw`(?:lock\s+)?[rw](\d+)\s*=\s*xchg(32)?_(32|64)\s*\(\s*${PLACE}\s*,\s*[rw](\d+)\s*\)`,
    ([, dst, , width, , bits, base, sign, digits, src]) =>
      fetch('xchg', dst, bits ?? width, base, sign, digits, src),
  ),
  pattern(
    String.raw`(?:lock\s+)?[rw]0\s*=\s*(?:atomic(?:64)?_cmpxchg|cmpxchg(?:32)?_(32|64))` +
      String.raw`\s*\(\s*${PLACE}\s*,\s*[rw]0\s*,\s*[rw](\d+)\s*\)`,
    ([, width, , bits, base, sign, digits, src]) =>
      fetch('cmpxchg', src, bits ?? width ?? '64', base, sign, digits, src),
  ),
  pattern(
    String.raw`[rw](\d+)\s*=\s*load_acquire\s*\(\s*${PLACE}\s*\)`,
    ([, dst, , bits, base, sign, digits]) =>
      one({
        code: modes.atomic | sizeBits[widthOfBits(bits ?? '64')] | classes.stx,
        dst: register(dst),
        src: register(base),
        off: offsetOf(sign, digits),
        imm: 0x100,
      }),
  ),
  pattern(
    String.raw`store_release\s*\(\s*${PLACE}\s*,\s*[rw](\d+)\s*\)`,
    ([, , bits, base, sign, digits, src]) =>
      one(
        atomic(
          widthOfBits(bits ?? '64'),
          0x110,
          register(base),
          offsetOf(sign, digits),
          register(src),
        ),
      ),
  ),
];

const fetch = (
  name: string,
  dst: string,
  bits: string | undefined,
  base: string,
  sign: string | undefined,
  digits: string | undefined,
  src: string,
): Statement => {
  same(dst, src, 'the old value goes to the register of the operand: both must be the same');
  const row = atomicByName.get(name);
  return one(
    atomic(
      widthOfBits(bits ?? '64'),
      row?.imm ?? 0,
      register(base),
      offsetOf(sign, digits),
      register(src),
    ),
  );
};

/** The statement that `text` means, or undefined if it is not in this dialect. */
export const clangStatement = (text: string, numberOf: MapNumber): Statement | undefined =>
  parseStatement(patterns, text, numberOf);
