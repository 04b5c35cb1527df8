// v612 against v618: the same code, except for one load before each call that is not bpf2bpf, in
// functions that count tail calls.
import {expect, test} from 'vitest';
import {seededBelow} from '../results/testdata/random.ts';
import {codeAt, codes, immAt, insnCount, isWide, pseudo, srcAt} from './bpf/word/insn.ts';
import {compileProgram} from './compile.ts';
import {readProgram} from './batch.ts';
import {readLayout} from './image/layout.ts';
import {Refusal} from './refusal.ts';
import {randomProgram} from './testdata/random-programs.ts';
import {recordedVectors} from './testdata/vectors.ts';
import type {Compiled, CompiledFunction, Layout, VerifiedProgram} from './types.ts';
import {v612} from './variants/list/v612.ts';
import {v618} from './variants/list/v618.ts';
import type {Variant} from './variants/variant.ts';
import {disassemble} from './x86/disassemble.ts';

interface Row {
  readonly id: string;
  readonly program: VerifiedProgram;
  readonly layout: Layout;
}

/** What a 6.18 kernel compiled, and random programs with the instructions of 6.12. */
const rows: readonly Row[] = [
  ...recordedVectors('jit-kernels')
    .filter(({variant}) => variant === 'v618')
    .map((record) => ({
      id: record.id,
      program: readProgram({...record}),
      layout: readLayout(record.layout, v618.layout),
    })),
  ...Array.from({length: 300}, (_, seed) => ({
    id: `random ${seed}`,
    ...randomProgram(v612, seededBelow(seed)),
  })),
];

/** Positions of the instructions that `wanted` accepts, with the number of their function. */
const find = (
  {insns, functions}: VerifiedProgram,
  wanted: (at: number) => boolean,
): {readonly insn: number; readonly owner: number}[] => {
  const found = [];
  for (let insn = 0; insn < insnCount(insns); insn += isWide(insns, insn) ? 2 : 1) {
    const owner = functions.findLastIndex(({start}) => start <= insn);
    if (wanted(insn)) found.push({insn, owner});
  }
  return found;
};

const ordersMemory = ({program}: Row): boolean =>
  find(
    program,
    (at) =>
      (codeAt(program.insns, at) & 0xc7) === 0xc3 &&
      [0x100, 0x110].includes(immAt(program.insns, at)),
  ).length > 0;

/** Calls of helpers and kfuncs in functions that count. */
const loadingCalls = (
  program: VerifiedProgram,
): {readonly insn: number; readonly owner: number}[] =>
  find(
    program,
    (at) => codeAt(program.insns, at) === codes.call && srcAt(program.insns, at) !== pseudo.call,
  ).filter(({owner}) => program.functions[owner].tailCallReachable);

const compile = ({program, layout}: Row, variant: Variant): Compiled | string => {
  try {
    return compileProgram(program, variant, layout);
  } catch (error) {
    if (error instanceof Refusal) return error.message;
    throw error;
  }
};

/** The machine code of each BPF instruction as text, without jump distances and sizes. */
const textsOf = ({code, ends}: CompiledFunction): string[][] =>
  Array.from({length: ends.length - 1}, (_, index) => {
    const texts: string[] = [];
    for (let at = ends[index]; at < ends[index + 1];) {
      const {bytes, text} = disassemble(code, at, 0n);
      texts.push(text.replace(/^(j\w+|call) [0-9a-f]+$/, '$1'));
      at += bytes;
    }
    return texts;
  });

test('programs without such calls are equal, byte for byte', () => {
  const plain = rows.filter((row) => !ordersMemory(row) && loadingCalls(row.program).length === 0);
  expect(plain.length).toBeGreaterThan(800);
  const codeOf = (compiled: Compiled | string) =>
    typeof compiled === 'string'
      ? compiled
      : [compiled.functions.map(({code}) => Buffer.from(code).toString('hex')), compiled.pokes];
  for (const row of plain)
    expect(codeOf(compile(row, v612)), row.id).toEqual(codeOf(compile(row, v618)));
});

test('others have exactly 7 more bytes before each of them', () => {
  const calling = rows.filter((row) => !ordersMemory(row) && loadingCalls(row.program).length > 0);
  expect(calling.length).toBeGreaterThan(40);
  for (const row of calling) {
    const {functions} = row.program;
    const [newer, older] = [compile(row, v618), compile(row, v612)];
    if (typeof newer === 'string' || typeof older === 'string')
      throw new Error(`${row.id}: ${String(newer)}, ${String(older)}`);
    functions.forEach(({start, stackDepth}, index) => {
      const offset = Math.ceil(stackDepth / 8) * 8 + 16;
      const expected = textsOf(newer.functions[index]);
      const calls = loadingCalls(row.program).filter(({owner}) => owner === index);
      for (const {insn} of calls)
        expected[insn - start].unshift(`mov -0x${offset.toString(16)}(%rbp),%rax`);
      const {code, ends} = older.functions[index];
      expect(textsOf({...older.functions[index]}), row.id).toEqual(expected);
      for (const {insn} of calls)
        expect(code.subarray(ends[insn - start], ends[insn - start] + 3)).toEqual(
          Uint8Array.of(0x48, 0x8b, 0x85),
        );
    });
  }
});

test('ordered loads and stores are refused, or taken for an addition as 6.12 does', () => {
  const ordered = rows.filter(ordersMemory);
  const answers = ordered.map((row) => compile(row, v612));
  const refused = answers.filter((answer) => typeof answer === 'string');
  expect([refused.length, answers.length]).toEqual([45, 54]);
  for (const message of refused)
    expect(message).toMatch(/unknown (?:opcode (?:cb|d3)|atomic opcode 10)$/);
});
