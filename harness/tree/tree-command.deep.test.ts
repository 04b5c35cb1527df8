// A kernel from Debian as a side on the command line: equal to its variant in every row, with a
// user's configuration, and with refusals in its own words. See `npm run test:deep`.
import {existsSync, readdirSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {afterAll, describe, expect, test} from 'vitest';
import {findVariant} from '../../jit/variants/list/index.ts';
import type {Comparison} from '../../results/types.ts';
import {runCli} from '../cli.ts';
import {noPerf, recordingIo} from '../testing/captured-io.ts';
import {answersOf, codeOf, offsetsOf, requestsOf, testBuilds} from './answers.fixture.ts';
import {debianTree} from './testing.fixture.ts';
import {minutes, treeSides} from '../testing/tree-sides.ts';

const {folder, sideOf, remove} = treeSides();
afterAll(remove);
const older = debianTree('6.1');

const commandLine = async (...argv: readonly string[]) => {
  const run = recordingIo({
    cwd: folder,
    env: {...process.env, JITSTAT_STORE: join(folder, 'store')},
  });
  return {code: await runCli(run, argv), out: run.stdout(), err: run.stderr()};
};

describe.skipIf('reason' in older)(
  'Linux 6.1 from the command line',
  {timeout: 10 * minutes},
  () => {
    const tree = 'tree' in older ? older.tree : '';

    test.skipIf(noPerf !== null)('the tree of a variant is equal to it in every row', async () => {
      const argv = ['ab', 'tailcall1', '--before', 'v61', '--after', `tree:${tree}`];
      const short = ['-r', '4', '--repeat', '1000', '--no-report', '--json'];
      const {code, out} = await commandLine(...argv, ...short);
      expect(code).toBe(0);
      const {sameImage, rows, findings} = JSON.parse(out) as Comparison;
      expect(sameImage).toBe(true);
      expect(rows.map(({verdict}) => verdict)).toEqual(rows.map(() => 'equal'));
      const exact = rows.filter(({kind}) => kind === 'exact');
      expect(exact.length).toBeGreaterThan(0);
      expect(exact.map(({after}) => after.mean)).toEqual(exact.map(({before}) => before.mean));
      expect(findings.map((one) => one.code)).toContain('same-code');
    });

    test('a user-supplied configuration moves the offsets and is named', async () => {
      const variant = await sideOf(`tree:${tree}`);
      const text = readdirSync(testBuilds)
        .map((name) => join(testBuilds, name, '.config'))
        .filter((file) => existsSync(file))
        .map((file) => readFileSync(file, 'utf8'))
        // An earlier run of this test has left a build without it.
        .find((one) => /Linux\/x86 6\.1\./.test(one) && /^CONFIG_SECURITY=y$/m.test(one))!;
      writeFileSync(join(folder, 'own.config'), text.replace(/^CONFIG_SECURITY=y$/m, ''));
      const own = await sideOf(`tree:${tree}@own.config`);
      expect([variant, own].map(({layout}) => layout.maxEntriesOffset)).toEqual([0x24, 0x1c]);
      expect(own.from).toMatch(/own\.config: (?!.*SECURITY)/);
      const asked = requestsOf('v61', offsetsOf(own));
      expect(answersOf(own, asked).map(codeOf)).toEqual(
        answersOf(findVariant('v61'), asked).map(codeOf),
      );
    });

    test.each([
      ['', /^jitstat: The configuration has no CONFIG_BPF_JIT\.\n {2}hint: .*\n$/],
      ['\u0000\u0001 no configuration', /^jitstat: The configuration has no CONFIG_\w+\.\n/],
    ])('a configuration without a JIT: %j', async (text, message) => {
      writeFileSync(join(folder, 'bare.config'), text);
      const side = `tree:${tree}@bare.config`;
      const {code, err} = await commandLine('jit', 'empty', '--variant', side, '--hex');
      expect({code, err}).toMatchObject({code: 2, err: expect.stringMatching(message)});
    });

    test('an instruction that the JIT refuses is refused in its words', async () => {
      const request = {
        insns: 'ff000000000000009500000000000000',
        functions: [{start: 0, base: '0x50000008', stackDepth: 0}],
        layout: {callBase: '0x41000000'},
        variant: 'v61',
      };
      const [answer] = answersOf(await sideOf(`tree:${tree}`), [request]);
      expect(answer).toMatchObject({error: 'emitter-refuses'});
      expect(answer.reason).toMatch(/unknown opcode ff/);
    });
  },
);
