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
import {disassemble} from './disassemble.ts';

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
  text.replace(/^((?:j\w+|call) )0x/, '$1').replace(/^((?:shl|shr|sar)\w? )\$1,/, '$1');

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
 * Every instruction that occurs, once, one behind the other. Displacements of branches are left as
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

describe.skipIf(noObjdump)('disassembler and objdump (skipped where objdump is missing)', () => {
  test('agree on every instruction that a compiler of ours or of a kernel wrote', () => {
    const code = distinctInstructions();
    const theirs = objdump(code);
    const differences: string[] = [];
    let count = 0;
    for (let at = 0; at < code.length; count++) {
      const {bytes, text} = disassemble(code, at, 0n);
      const wanted = theirs.get(at);
      if (wanted === undefined || plain(wanted) !== text) {
        differences.push(
          `${Buffer.from(code.subarray(at, at + bytes)).toString('hex')}: ${text} | ${wanted ?? 'objdump is elsewhere'}`,
        );
      }
      at += bytes;
    }
    expect(differences.slice(0, 20)).toEqual([]);
    expect(count).toBeGreaterThan(10_000);
    expect([...theirs.values()].filter((text) => text.includes('(bad)'))).toEqual([]);
  });
});
