import {existsSync, readdirSync, readFileSync} from 'node:fs';
import {describe, expect, test} from 'vitest';
import {assemble} from './text/assemble.ts';
import {checkProgram} from './verify/check-program.ts';
import {parseConformance} from './text/conformance-file.ts';
import {createWorld, interpret} from './run/interpret.ts';
import {isas} from './word/isa.ts';

const folder = new URL('../../../shared/fixtures/conformance/', import.meta.url);
const memoryBase = 0x10_0000n;

/** Cases that no kernel takes, with the reason; everything else must run. */
const notRunnable: Readonly<Record<string, string>> = {
  'callx.data': 'a call through a register has no place in the kernel instruction set',
};

describe.skipIf(!existsSync(folder))(
  'conformance files in the interpreter (skipped without ../shared/fixtures)',
  () => {
    const files = existsSync(folder)
      ? readdirSync(folder).filter((file) => file.endsWith('.data'))
      : [];
    test.each(files.filter((file) => notRunnable[file] === undefined))('%s', (file) => {
      const {asm, memory, result} = parseConformance(readFileSync(new URL(file, folder), 'utf8'));
      const program = assemble(asm, {name: file, type: 'xdp'});
      const world = createWorld([], [{name: 'memory', base: memoryBase, bytes: memory}]);
      const outcome = interpret(program, {
        world,
        registers: [memory.length > 0 ? memoryBase : 0n, BigInt(memory.length)],
        helpers: {5: () => 0n},
      });
      expect(outcome).toMatchObject({kind: 'returned', value: result});
    });
    test('what the check refuses of them, with the reason', () => {
      const refused = files.flatMap((file) => {
        try {
          checkProgram(
            assemble(parseConformance(readFileSync(new URL(file, folder), 'utf8')).asm, {
              name: file,
              type: 'xdp',
            }),
            'v6.18',
          );
          return [];
        } catch (error) {
          return [(error as Error).message];
        }
      });
      expect(refused).toMatchInlineSnapshot(`
      [
        "program arsh32-imm-high.data: instruction 2: invalid shift 48",
        "program arsh32-imm-neg.data: instruction 2: invalid shift -16",
        "program arsh64-imm-high.data: instruction 2: invalid shift 124",
        "program arsh64-imm-neg.data: instruction 2: invalid shift -4",
        "program callx.data: instruction 2: calls through a register (callx) are not supported by kernels",
        "program lsh32-imm-high.data: instruction 1: invalid shift 60",
        "program lsh32-imm-neg.data: instruction 1: invalid shift -4",
        "program lsh64-imm-high.data: instruction 1: invalid shift 68",
        "program lsh64-imm-neg.data: instruction 1: invalid shift -60",
        "program rsh32-imm-high.data: instruction 2: invalid shift 40",
        "program rsh32-imm-neg.data: instruction 2: invalid shift -24",
        "program rsh64-imm-high.data: instruction 1: invalid shift 68",
        "program rsh64-imm-neg.data: instruction 1: invalid shift -60",
      ]
    `);
    });

    test('how many each instruction set takes, and what the others are missing', () => {
      const table = isas.map((isa) => {
        const missing = new Map<string, number>();
        for (const file of files) {
          try {
            checkProgram(
              assemble(parseConformance(readFileSync(new URL(file, folder), 'utf8')).asm, {
                name: file,
                type: 'xdp',
              }),
              isa,
            );
          } catch (error) {
            const reason = (error as Error).message.replace(
              /^.*instruction \d+: (.*?)( does not exist.*| -?\d+| are not supported.*)$/,
              '$1',
            );
            missing.set(reason, (missing.get(reason) ?? 0) + 1);
          }
        }
        const refused = [...missing.values()].reduce((sum, count) => sum + count, 0);
        return [
          `${isa}: ${files.length - refused} taken, refused:`,
          ...[...missing].map(([reason, count]) => `  ${count} ${reason}`).sort(),
        ].join('\n');
      });
      expect(table.join('\n')).toMatchInlineSnapshot(`
        "v5.8: 211 taken, refused:
          1 calls through a register (callx)
          12 bswap
          12 invalid shift
          2 atomic fetch_and
          2 atomic fetch_or
          2 atomic fetch_xor
          2 gotol
          3 a sign-extending load
          36 signed division
          4 atomic and
          4 atomic cmpxchg
          4 atomic fetch_add
          4 atomic or
          4 atomic xchg
          4 atomic xor
          6 movsx
        v5.10: 211 taken, refused:
          1 calls through a register (callx)
          12 bswap
          12 invalid shift
          2 atomic fetch_and
          2 atomic fetch_or
          2 atomic fetch_xor
          2 gotol
          3 a sign-extending load
          36 signed division
          4 atomic and
          4 atomic cmpxchg
          4 atomic fetch_add
          4 atomic or
          4 atomic xchg
          4 atomic xor
          6 movsx
        v6.1: 241 taken, refused:
          1 calls through a register (callx)
          12 bswap
          12 invalid shift
          2 gotol
          3 a sign-extending load
          36 signed division
          6 movsx
        v6.12: 300 taken, refused:
          1 calls through a register (callx)
          12 invalid shift
        v6.18: 300 taken, refused:
          1 calls through a register (callx)
          12 invalid shift"
      `);
    });
  },
);
