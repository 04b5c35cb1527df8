// Statements of the conformance files: `mov32 %r0, 1`, `ldxw %r1, [%r1+4]`, `jne %r0, 15, failed`,
// `lock fetch add [%r1], %r2`.
import {helperId} from '../word/helpers.ts';
import {
  alu32,
  alu64,
  aluBits,
  atomic,
  binaryAlu,
  callHelper,
  callLocal,
  classes,
  codes,
  exit,
  gotol,
  ja,
  jump,
  jump32,
  jumpBits,
  load,
  loadSigned,
  mov32,
  mov64,
  reg,
  store,
  wide,
} from '../word/insn.ts';
import type {AluName, Insn, JumpName, Operand, Width} from '../word/insn.ts';
import {atomicByName} from '../word/isa.ts';
import {int32, int64, offset16} from './literals.ts';
import {one, parseStatement, pattern, register, StatementError, targetOf} from './statement.ts';
import type {Pattern, Statement} from './statement.ts';

const R = String.raw`%?r(\d+)`;
const NUMBER = String.raw`[+-]?(?:0x[0-9a-fA-F]+|\d+)`;
const RIGHT = String.raw`(%?r\d+|${NUMBER})`;
const PLACE = String.raw`\[\s*%?r(\d+)\s*(?:([+-]\s*(?:0x[0-9a-fA-F]+|\d+)))?\s*\]`;
const TARGET = String.raw`([+-]\s*\d+|[A-Za-z_.$][\w.$]*)`;

const binary = [...binaryAlu, 'sdiv', 'smod'].join('|');
const conditions = Object.keys(jumpBits)
  .filter((name) => name !== 'ja')
  .join('|');
const widths = {b: 1, h: 2, w: 4, dw: 8} as const satisfies Readonly<Record<string, Width>>;
const widthByLetter = (letter: string): Width => widths[letter as keyof typeof widths];

const operand = (text: string): Operand => {
  const match = /^%?r(\d+)$/.exec(text);
  return match === null ? int32(text) : reg(register(match[1]));
};
const offsetOf = (text: string | undefined): number => offset16((text ?? '0').replace(/\s/g, ''));
const swap = (kind: string, bits: string, dst: string): Insn => ({
  code:
    aluBits.end | (kind === 'be' ? classes.alu | 8 : kind === 'le' ? classes.alu : classes.alu64),
  dst: register(dst),
  src: 0,
  off: 0,
  imm: Number(bits),
});

const patterns: readonly Pattern[] = [
  pattern('exit', () => one(exit())),
  pattern(String.raw`(${binary})(32|64)?\s+${R}\s*,\s*${RIGHT}`, ([, name, bits, dst, right]) => {
    const alu = bits === '32' ? alu32 : alu64;
    const signed = name === 'sdiv' || name === 'smod';
    return one(
      alu(
        (signed ? name.slice(1) : name) as AluName,
        register(dst),
        operand(right),
        signed ? 1 : 0,
      ),
    );
  }),
  pattern(String.raw`neg(32|64)?\s+${R}`, ([, bits, dst]) =>
    one((bits === '32' ? alu32 : alu64)('neg', register(dst), 0)),
  ),
  pattern(String.raw`movsx(8|16|32)(32|64)\s+${R}\s*,\s*${R}`, ([, from, to, dst, src]) => {
    const mov = (to === '32' ? mov32 : mov64)(register(dst), reg(register(src)));
    return one({...mov, off: Number(from)});
  }),
  pattern(String.raw`(be|le|swap|bswap)(16|32|64)\s+${R}`, ([, kind, bits, dst]) =>
    one(swap(kind, bits, dst)),
  ),
  pattern(String.raw`lddw\s+${R}\s*,\s*(${NUMBER})`, ([, dst, value]) => ({
    insns: wide(register(dst), int64(value)),
  })),
  pattern(String.raw`ldx(b|h|w|dw)\s+${R}\s*,\s*${PLACE}`, ([, letter, dst, base, off]) =>
    one(load(widthByLetter(letter), register(dst), register(base), offsetOf(off))),
  ),
  pattern(String.raw`ldxs(b|h|w)\s+${R}\s*,\s*${PLACE}`, ([, letter, dst, base, off]) =>
    one(
      loadSigned(widthByLetter(letter) as 1 | 2 | 4, register(dst), register(base), offsetOf(off)),
    ),
  ),
  pattern(String.raw`stx(b|h|w|dw)\s+${PLACE}\s*,\s*${R}`, ([, letter, base, off, src]) =>
    one(store(widthByLetter(letter), register(base), offsetOf(off), reg(register(src)))),
  ),
  pattern(String.raw`st(b|h|w|dw)\s+${PLACE}\s*,\s*(${NUMBER})`, ([, letter, base, off, value]) =>
    one(store(widthByLetter(letter), register(base), offsetOf(off), int32(value))),
  ),
  pattern(
    String.raw`lock\s+(fetch\s+)?(add|or|and|xor|xchg|cmpxchg)(32|64)?\s+${PLACE}\s*,\s*${R}`,
    ([, fetch, name, bits, base, off, src]) => {
      const row = atomicByName.get(fetch === undefined ? name : `fetch_${name}`);
      if (row === undefined) throw new StatementError(`${name} always fetches; leave out the word`);
      return one(
        atomic(bits === '32' ? 4 : 8, row.imm, register(base), offsetOf(off), register(src)),
      );
    },
  ),
  pattern(String.raw`ja\s+${TARGET}`, ([, target]) => ({insns: [ja(0)], target: targetOf(target)})),
  pattern(String.raw`ja32\s+${TARGET}`, ([, target]) => ({
    insns: [gotol(0)],
    target: targetOf(target),
  })),
  pattern(
    String.raw`(${conditions})(32|64)?\s+${R}\s*,\s*${RIGHT}\s*,\s*${TARGET}`,
    ([, name, bits, dst, right, target]) => ({
      insns: [(bits === '32' ? jump32 : jump)(name as JumpName, register(dst), operand(right), 0)],
      target: targetOf(target),
    }),
  ),
  pattern(String.raw`call\s+local\s+${TARGET}`, ([, target]) => ({
    insns: [callLocal(0)],
    target: targetOf(target),
    call: 'local',
  })),
  pattern(String.raw`call\s+helper\s+(\w+)`, ([, name]) => {
    const id = /^\d+$/.test(name) ? int32(name) : helperId(name);
    if (id === undefined) throw new StatementError(`${name} is not a helper`);
    return one(callHelper(id));
  }),
  pattern(String.raw`call\s+${R}`, ([, dst]) =>
    one({code: codes.callx, dst: register(dst), src: 0, off: 0, imm: 0}),
  ),
];

/** The statement that `text` means, or undefined if it is not in this dialect. */
export const conformanceStatement = (text: string): Statement | undefined =>
  parseStatement(patterns, text, () => 0);
