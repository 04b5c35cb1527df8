// Kernels from Debian as sides: images recorded from the same kernels, patches made at run time,
// and every error that a tree can have. Needs kernel sources; see `npm run test:deep`.
import {mkdirSync, symlinkSync, writeFileSync} from 'node:fs';
import {spawnSync} from 'node:child_process';
import {join} from 'node:path';
import {afterAll, describe, expect, test} from 'vitest';
import {recordedVectors} from '../../jit/testdata/vectors.ts';
import type {Recorded} from '../../jit/testdata/vectors.ts';
import {findVariant} from '../../jit/variants/list/index.ts';
import {runCli} from '../cli.ts';
import {resolveSide} from '../sides/resolve.ts';
import {recordingIo} from '../testing/captured-io.ts';
import {answersOf, codeOf, offsetsOf, requestsOf} from './answers.fixture.ts';
import type {Edit} from './testing.fixture.ts';
import {debianTree, editScript} from './testing.fixture.ts';
import {inTailCall, jitFile, minutes, treeSides} from '../testing/tree-sides.ts';

const {folder, sideOf, patched, remove} = treeSides();
afterAll(remove);

const older = debianTree('6.1');
describe.skipIf('reason' in older)(
  `Linux 6.1${'reason' in older ? `, skipped: ${older.reason}` : ''}`,
  {timeout: 5 * minutes},
  () => {
    const tree = 'tree' in older ? older.tree : '';

    test('all recorded images of 6.1 are identical', async () => {
      const variant = await sideOf(`tree:${tree}`);
      const recorded = recordedVectors('jit-kernels').filter((each) => each.variant === 'v61');
      const answers = answersOf(variant, requestsOf('v61'));
      const same = ({expect: wanted}: Recorded, index: number) =>
        answers[index].image === wanted.image &&
        answers[index].functionLengths!.join() === wanted.functionLengths.join() &&
        (wanted.pokes ?? []).every((poke, which) =>
          Object.entries(poke).every(
            ([name, value]) => answers[index].pokes![which][name] === value,
          ),
        );
      expect(recorded.length).toBe(1007);
      expect(recorded.filter((each, index) => !same(each, index)).map(({id}) => id)).toEqual([]);
    });

    test('a different limit of short jumps changes exactly the expected images', async () => {
      const text = patched(tree, [
        {
          path: jitFile,
          anchor: 'static bool is_imm8_jmp_offset(',
          token: /\b123\b/,
          replacement: '127',
        },
      ]);
      const answers = answersOf(await sideOf(text), requestsOf('v61'));
      const wanted = answersOf(findVariant('v61'), requestsOf('v61', {shortJumpMax: 127}));
      const before = answersOf(findVariant('v61'), requestsOf('v61'));
      expect(answers.map(codeOf)).toEqual(wanted.map(codeOf));
      const changed = answers.filter(({image}, index) => image !== before[index].image);
      expect(changed.length).toBeGreaterThan(0);
      expect(changed.length).toBeLessThan(answers.length);
    });

    const pokeMember = (name: string): Edit => ({
      path: 'include/linux/bpf.h',
      anchor: 'struct bpf_jit_poke_descriptor {',
      token: /\{/,
      replacement: `{ void *${name};`,
    });

    test('a field that a patch adds to the poke descriptor is in the answer', async () => {
      const text = patched(tree, [pokeMember('ip_aux'), inTailCall('poke->ip_aux = ip;')]);
      const [request] = requestsOf('v61').filter((each) => JSON.stringify(each).includes('"f5'));
      const withTailCall = recordedVectors('jit-kernels').find(
        (each) => each.variant === 'v61' && (each.expect.pokes?.length ?? 0) > 0,
      )!;
      expect(request ?? withTailCall).toBeDefined();
      const {expect: _expect, ...asked} = withTailCall;
      const [{pokes}] = answersOf(await sideOf(text), [asked]);
      expect(Object.keys(pokes![0]).sort()).toEqual(
        ['adj', 'bypass', 'bypass_addr', 'ip_aux', 'target'].sort(),
      );
      expect(pokes![0]['ip_aux']).toBeGreaterThan(0);
      // The image can be shown, but jitstat does not know how such a site is patched.
      const run = recordingIo({cwd: folder});
      expect(await runCli(run, ['jit', 'tailcall1', '--variant', text, '--hex'])).toBe(0);
      const exe = join(folder, 'exe');
      const code = await runCli(run, ['jit', 'tailcall1', '--variant', text, '--exe', exe]);
      expect(code).toBe(2);
      expect(run.stderr()).toMatch(/ip_aux.*not a protocol that jitstat can play/);
    });

    test('a field that a patch adds to a structure moves the offsets that code reads', async () => {
      const text = patched(tree, [
        {
          path: 'include/linux/bpf.h',
          anchor: 'struct bpf_map {',
          token: /\{/,
          replacement: '{ u64 jitstat_field;',
        },
      ]);
      const [base, variant] = [await sideOf(`tree:${tree}`), await sideOf(text)];
      expect(variant.layout.maxEntriesOffset).toBeGreaterThan(base.layout.maxEntriesOffset);
      const wanted = answersOf(findVariant('v61'), requestsOf('v61', offsetsOf(variant)));
      const answers = answersOf(variant, requestsOf('v61', offsetsOf(variant)));
      expect(answers.map(codeOf)).toEqual(wanted.map(codeOf));
    });

    test('a series as an mbox, in any order; files outside the JIT are named', async () => {
      const limit = (from: string, to: string) =>
        editScript(tree, [
          {
            path: jitFile,
            anchor: 'static bool is_imm8_jmp_offset(',
            token: new RegExp(`\\b${from}\\b`),
            replacement: to,
          },
        ]);
      const verifier = editScript(tree, [
        {path: 'kernel/bpf/verifier.c', anchor: '', token: /#include/, replacement: '\n$&'},
      ]);
      const second = limit('123', '120').replaceAll('123', '\u0000').replaceAll('120', '127');
      const mails = [
        ['2/2', second.replaceAll('\u0000', '120')],
        ['1/2', `${limit('123', '120')}${verifier}`],
      ].map(
        ([number, diff]) =>
          `From a@example.org Thu Jul  2 15:21:12 2020\nSubject: [PATCH ${number}] x\n\n` +
          `${diff}\n-- \n2.39\n\n`,
      );
      const file = join(folder, 'series.mbox');
      writeFileSync(file, mails.join(''));
      const note = recordingIo({cwd: folder});
      const text = await resolveSide(`tree:${tree}+series.mbox`, {io: note, rules: null});
      expect(note.stderr()).toMatch(/touches kernel\/bpf\/verifier\.c.*rules of v61 are played/);
      const wanted = answersOf(findVariant('v61'), requestsOf('v61', {shortJumpMax: 127}));
      expect(answersOf(findVariant(text), requestsOf('v61')).map(codeOf)).toEqual(
        wanted.map(codeOf),
      );
    });

    test('a patch that kbuild must see is built by kbuild, from links to the tree', async () => {
      const text = patched(tree, [
        {
          path: 'arch/x86/net/Makefile',
          anchor: '',
          token: /$/,
          replacement: '\nCFLAGS_bpf_jit_comp.o += -DJITSTAT_LIMIT=127\n',
        },
        {
          path: jitFile,
          anchor: 'static bool is_imm8_jmp_offset(',
          token: /\b123\b/,
          replacement: 'JITSTAT_LIMIT',
        },
      ]);
      const wanted = answersOf(findVariant('v61'), requestsOf('v61', {shortJumpMax: 127}));
      expect(answersOf(await sideOf(text), requestsOf('v61')).map(codeOf)).toEqual(
        wanted.map(codeOf),
      );
    });

    test('a tree that was built in place is built all the same, and not written to', async () => {
      const inPlace = join(folder, 'in-place');
      mkdirSync(join(inPlace, 'include'), {recursive: true});
      for (const name of ['arch', 'kernel', 'lib', 'scripts', 'tools', 'security', 'Makefile'])
        symlinkSync(join(tree, name), join(inPlace, name));
      const rest = spawnSync('ls', ['-A', tree], {encoding: 'utf8'}).stdout.trim().split('\n');
      for (const name of rest)
        if (name !== 'include' && spawnSync('test', ['-e', join(inPlace, name)]).status !== 0)
          symlinkSync(join(tree, name), join(inPlace, name));
      for (const name of spawnSync('ls', [join(tree, 'include')], {encoding: 'utf8'})
        .stdout.trim()
        .split('\n'))
        symlinkSync(join(tree, 'include', name), join(inPlace, 'include', name));
      mkdirSync(join(inPlace, 'include/config'));
      const variant = await sideOf(`tree:${inPlace}`);
      const requests = requestsOf('v61').slice(0, 50);
      expect(answersOf(variant, requests).map(codeOf)).toEqual(
        answersOf(findVariant('v61'), requests).map(codeOf),
      );
    });

    test('a revision of a repository', async () => {
      const repository = join(folder, 'repository');
      mkdirSync(repository);
      const git = (...args: string[]) => spawnSync('git', ['-C', repository, ...args]);
      git('init', '-q');
      const paths = ['arch/x86', 'include', 'kernel', 'lib', 'scripts', 'tools', 'security'];
      spawnSync('cp', [
        '-r',
        ...[...paths.slice(1), 'Makefile', 'Kbuild', 'Kconfig'].map((each) => join(tree, each)),
        repository,
      ]);
      mkdirSync(join(repository, 'arch'));
      spawnSync('cp', ['-r', join(tree, 'arch/x86'), join(repository, 'arch/x86')]);
      spawnSync('sh', [
        '-c',
        `cd '${tree}' && find . -name 'Kconfig*' | cpio -pdm --quiet '${repository}' || ` +
          `tar -cf - $(find . -name 'Kconfig*') | tar -xf - -C '${repository}'`,
      ]);
      git('add', '-Af');
      git('-c', 'user.name=A', '-c', 'user.email=a@example.org', 'commit', '-qm', 'x');
      git('tag', 'some-tag');
      const requests = requestsOf('v61').slice(0, 50);
      const variant = await sideOf(`git:${repository}#some-tag`);
      expect(answersOf(variant, requests).map(codeOf)).toEqual(
        answersOf(findVariant('v61'), requests).map(codeOf),
      );
      await expect(sideOf(`git:${repository}#no-such-tag`)).rejects.toThrow(/no revision/);
    });

    test('sixty thousand instructions', async () => {
      const insns = `${'b700000001000000'.repeat(59_998)}b7000000000000009500000000000000`;
      const request = {
        variant: 'v61',
        insns,
        functions: [{start: 0, base: '0x50000008', stackDepth: 0}],
        layout: {callBase: '0x41000000'},
      };
      const [answer] = answersOf(await sideOf(`tree:${tree}`), [request]);
      expect(answer.image).toBe(answersOf(findVariant('v61'), [request])[0].image);
    });
  },
);

const newer = debianTree('6.12');
describe.skipIf('reason' in newer)(
  `Linux 6.12${'reason' in newer ? `, skipped: ${newer.reason}` : ''}`,
  {timeout: 5 * minutes},
  () => {
    const tree = 'tree' in newer ? newer.tree : '';

    test('6.12 and v612 agree on every request', async () => {
      const variant = await sideOf(`tree:${tree}`);
      const requests = requestsOf('v618', offsetsOf(variant));
      const [theirs, ours] = [variant, findVariant('v612')].map((each) =>
        answersOf(each, requests),
      );
      expect(theirs.map(codeOf)).toEqual(ours.map(codeOf));
      const refused = theirs.filter(({error}) => error !== undefined);
      expect([theirs.length, refused.length]).toEqual([935, 45]);
      expect(refused.map(({error}) => error)).toEqual(refused.map(() => 'emitter-refuses'));
      expect(ours.filter(({error}) => error !== undefined).length).toBe(45);
    });

    test('with the one condition that 6.18 has, 6.12 agrees with v618 on all it compiles', async () => {
      writeFileSync(
        join(folder, 'condition.diff'),
        editScript(tree, [
          {
            path: 'arch/x86/net/bpf_jit_comp.c',
            anchor: 'case BPF_JMP | BPF_CALL:',
            token: /if \(tail_call_reachable\)/,
            replacement: 'if (tail_call_reachable && src_reg == BPF_PSEUDO_CALL)',
          },
        ]),
      );
      const variant = await sideOf(`tree:${tree}+${join(folder, 'condition.diff')}`);
      const requests = requestsOf('v618', offsetsOf(variant));
      const theirs = answersOf(variant, requests);
      const ours = answersOf(findVariant('v618'), requests);
      const differing = theirs.flatMap((answer, index) =>
        answer.error === undefined && answer.image !== ours[index].image ? [index] : [],
      );
      // Load-acquire turned into an addition: 6.12 keeps the operation in 8 bits.
      expect(differing.length).toBeLessThanOrEqual(9);
    });
  },
);

test.each([
  ['no folder', 'tree:./nowhere', /There is no folder/],
  ['no tree', 'tree:/usr', /is not a kernel source tree/],
  ['no name', 'tree:', /tree: needs a folder/],
  ['no revision', 'git:/usr', /names no revision/],
  ['no patch', 'tree:/usr+nowhere.diff', /no patch|not a kernel/],
  ['no configuration', 'tree:/usr@nowhere', /no configuration/],
])('%s', async (_name, text, message) => {
  await expect(sideOf(text)).rejects.toThrow(message);
});
