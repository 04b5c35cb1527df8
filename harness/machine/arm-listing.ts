// arm64 machine code as text, by objdump: jitstat's own disassembler reads x86-64 only.
import {spawnSync} from 'node:child_process';
import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {UserError} from '../../results/error.ts';
import {removeScratch, scratchFolder} from '../host/scratch.ts';

/** Of binutils for arm64, or of binutils for every machine. */
const programs = ['aarch64-linux-gnu-objdump', 'objdump'] as const;

export interface ArmLine {
  readonly offset: number;
  /** Four bytes in hex, in the order of memory. */
  readonly bytes: string;
  readonly text: string;
}

/** One line an instruction; `base` is the address of the first. Throws UserError without objdump. */
export const listArm = (code: Uint8Array, base: bigint): readonly ArmLine[] => {
  const texts = disassembled(code, base);
  return Array.from({length: code.length / 4}, (_, i) => ({
    offset: 4 * i,
    bytes: Buffer.from(code.subarray(4 * i, 4 * i + 4)).toString('hex'),
    text: texts.get(base + BigInt(4 * i)) ?? '.word',
  }));
};

const disassembled = (code: Uint8Array, base: bigint): ReadonlyMap<bigint, string> => {
  const folder = scratchFolder('objdump');
  try {
    const file = join(folder, 'code');
    writeFileSync(file, code);
    const where = `--adjust-vma=0x${base.toString(16)}`;
    for (const program of programs) {
      const args = ['-D', '-b', 'binary', '-m', 'aarch64', where, file];
      const {status, stdout} = spawnSync(program, args, {
        encoding: 'utf8',
        env: {...process.env, LC_ALL: 'C'},
        maxBuffer: 1 << 28,
      });
      if (status === 0) return new Map([...stdout.matchAll(line)].map(readLine));
    }
  } finally {
    removeScratch(folder);
  }
  throw new UserError(
    'No objdump here reads arm64 code.',
    'Install one: apt-get install binutils-aarch64-linux-gnu',
  );
};

/** `ffff800008000000:	d503233f 	paciasp	// comment`. */
const line = /^\s*([0-9a-f]+):\t[0-9a-f]{8} \t(.*)$/gm;

const readLine = ([, address, text]: RegExpExecArray): [bigint, string] => [
  BigInt(`0x${address}`),
  text
    .replace(/\s*\/\/.*$/, '')
    .replaceAll('\t', ' ')
    .trim(),
];
