// Our disassembler against objdump: every different instruction of every recorded image, and of
// those images in all variants.
import {execFileSync, spawnSync} from 'node:child_process';
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {describe, expect, test} from 'vitest';
import {answerBatch} from '../batch.ts';
import {recordedVectors, vectorFiles} from '../testdata/vectors.ts';
import {variants} from '../variants/list/index.ts';
import {seededBelow} from '../../results/testdata/random.ts';
import {disassemble} from './disassemble.ts';
import {decodedForms, isNop} from './form.ts';
import type {Form} from './form.ts';

const noObjdump = spawnSync('objdump', ['--version']).status !== 0;

/** What objdump says about raw code at address 0: text by offset, without symbols and comments. */
const objdump = (code: Uint8Array): Map<number, string> => {
  const folder = mkdtempSync(join(tmpdir(), 'jitstat-'));
  try {
    writeFileSync(join(folder, 'code'), code);
    const out = execFileSync(
      'objdump',
      ['-D', '-z', '-b', 'binary', '-m', 'i386:x86-64', '--no-show-raw-insn', join(folder, 'code')],
      {encoding: 'utf8', maxBuffer: 1 << 28},
    );
    const rows = out.matchAll(/^\s*([0-9a-f]+):\t(.*)$/gm);
    return new Map(
      Array.from(rows, ([, at, text]) => [
        Number.parseInt(at, 16),
        text.replace(/\s*(?:#.*)?$/, '').replaceAll(/\s+/g, ' '),
      ]),
    );
  } finally {
    rmSync(folder, {recursive: true});
  }
};

/**
 * Raw binaries get `0x` before branch targets, and binutils from 2.41 on write the 1 of a shift by
 * one.
 */
const plain = (text: string): string =>
  text
    .replace(/^((?:j\w+|call|loop) )0x/, '$1')
    .replace(/^((?:shl|shr|sar|rol|ror|rcl|rcr)[bwlq]? )\$1,/, '$1');

const images = (): Uint8Array[] => {
  const records = vectorFiles.flatMap(([name]) => recordedVectors(name));
  const recorded = records.map((each) => Buffer.from(each.expect.image, 'hex'));
  const others = records
    .filter((_each, index) => index % 25 === 0)
    .flatMap((each) =>
      variants.map(({name}) => {
        const {image} = JSON.parse(answerBatch(JSON.stringify({...each, variant: name}))) as {
          image?: string;
        };
        return Buffer.from(image ?? '', 'hex');
      }),
    );
  return [...recorded, ...others];
};

/**
 * Every instruction that occurs, once, one after the other. Displacements of branches are left as
 * they are.
 */
const distinctInstructions = (): Uint8Array => {
  const seen = new Map<string, Uint8Array>();
  for (const image of images()) {
    for (let at = 0; at < image.length;) {
      const {bytes} = disassemble(image, at, 0n);
      const one = image.subarray(at, at + bytes);
      seen.set(Buffer.from(one).toString('latin1'), one);
      at += bytes;
    }
  }
  return Buffer.concat([...seen.values()]);
};

/** One instruction of this form with random operands and the REX they need, as bytes. */
const randomEncoding = (form: Form, below: (limit: number) => number): number[] => {
  const {prefix, rex, opcode, adds, modRm, tailBytes, operands} = form;
  const number = (bytes: number): number[] =>
    Array.from({length: bytes}, () => [0, 1, 127, 128, 255, below(256)][below(6)]);
  const added = adds === 'condition' ? below(16) : adds === 'register' ? below(8) : 0;
  let extension = adds === 'register' ? below(2) : 0;
  const operand: number[] = [];
  if (modRm !== null) {
    const isMemory = operands.some(({text}) => /^m\d*$/.test(text));
    const [mod, rm] = [below(isMemory ? 3 : 4), below(8)];
    const reg = typeof modRm === 'number' ? modRm : below(8);
    operand.push((mod << 6) | (reg << 3) | rm);
    const sib = mod !== 3 && rm === 4 ? below(256) : null;
    if (sib !== null) operand.push(sib);
    const base = sib === null ? rm : sib & 7;
    operand.push(...number(mod === 1 ? 1 : mod === 2 || (mod === 0 && base === 5) ? 4 : 0));
    const usesBase = mod !== 0 || base !== 5;
    extension =
      (modRm === 'register' ? below(2) << 2 : 0) |
      (sib === null ? 0 : below(2) << 1) |
      (usesBase ? below(2) : 0);
  }
  const [last] = opcode.slice(-1);
  if (isNop(opcode) && added === 0 && adds === 'register') extension |= 1;
  const rexByte = 0x40 | (rex === 'W' ? 8 : 0) | extension;
  return [
    ...(prefix === 0 ? [] : [prefix]),
    ...(rexByte === 0x40 && rex !== 'always' ? [] : [rexByte]),
    ...opcode.slice(0, -1),
    last + added,
    ...operand,
    ...number(tailBytes),
  ];
};

const differencesOf = (code: Uint8Array): string[] => {
  const theirs = objdump(code);
  const differences: string[] = [];
  for (let at = 0; at < code.length;) {
    const {bytes, text} = disassemble(code, at, 0n);
    const wanted = theirs.get(at);
    if (wanted === undefined || plain(wanted) !== text)
      differences.push(
        `${Buffer.from(code.subarray(at, at + bytes)).toString('hex')}: ${text} | ` +
          `${wanted ?? 'objdump is elsewhere'}`,
      );
    at += bytes;
  }
  return differences;
};

describe.skipIf(noObjdump)('disassembler and objdump (skipped if objdump is missing)', () => {
  test('agree on every instruction that a compiler of ours or of a kernel wrote', () => {
    const code = distinctInstructions();
    expect(differencesOf(code).slice(0, 20)).toEqual([]);
    const theirs = objdump(code);
    expect(theirs.size).toBeGreaterThan(10_000);
    expect([...theirs.values()].filter((text) => text.includes('(bad)'))).toEqual([]);
  });

  test('agree on random operands of every form, even those that only other emitters write', () => {
    const below = seededBelow(15);
    const list = [...decodedForms.values()].filter(({vex}) => vex === null);
    const code = Uint8Array.from(
      list.flatMap((form) => Array.from({length: 40}, () => randomEncoding(form, below)).flat()),
    );
    expect(list.length).toBeGreaterThan(400);
    expect(differencesOf(code).slice(0, 20)).toEqual([]);
    expect([...objdump(code).values()].filter((text) => text.includes('(bad)'))).toEqual([]);
  });

  test.each([
    ['f3a4', 'rep movsb %ds:(%rsi),%es:(%rdi)'],
    ['f348ab', 'rep stos %rax,%es:(%rdi)'],
    ['f2ae', 'repnz scas %es:(%rdi),%al'],
    ['f3a6', 'repz cmpsb %es:(%rdi),%ds:(%rsi)'],
    ['f0480fc108', 'lock xadd %rcx,(%rax)'],
    ['648b042528000000', 'mov %fs:0x28,%eax'],
  ])('agree on %s with a prefix', (bytes, text) => {
    const code = Buffer.from(bytes, 'hex');
    expect(disassemble(code, 0, 0n).text).toBe(text);
    expect(differencesOf(code)).toEqual([]);
  });

  test.each(['06', '0f04', 'c5f877', '8dc0', '62f17c48'])('%s is not known', (bytes) => {
    expect(disassemble(Buffer.from(bytes, 'hex'), 0, 0n)).toEqual({
      bytes: 1,
      text: '(bad)',
      leadsTo: null,
    });
  });
});
