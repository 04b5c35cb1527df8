// Trees whose JIT fails, cannot be built, or lacks what the emitter needs.
import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {afterAll, describe, expect, test} from 'vitest';
import {answersOf} from './answers.fixture.ts';
import {debianTree, editScript} from './testing.fixture.ts';
import {direct, inTailCall, minutes, treeSides} from '../testing/tree-sides.ts';

const {folder, sideOf, patched, remove} = treeSides();
afterAll(remove);

const older = debianTree('6.1');
describe.skipIf('reason' in older)(
  `Linux 6.1${'reason' in older ? `, skipped: ${older.reason}` : ''}`,
  {timeout: 5 * minutes},
  () => {
    const tree = 'tree' in older ? older.tree : '';

    test.each([
      [
        'calls a function without a stand-in',
        'synchronize_rcu();',
        /calls synchronize_rcu\(\), which has no stand-in/,
      ],
      ['warns', 'WARN_ON(1);', /WARN in the JIT at .*bpf_jit_comp\.c:\d+/],
      ['is a bug', 'BUG();', /BUG in the JIT at .*bpf_jit_comp\.c:\d+/],
      ['crashes', '*(volatile int *)8 = 0;', /the JIT crashed: Segmentation fault at address 0x8/],
    ])('a JIT that %s ends that request only', async (_name, code, message) => {
      const variant = await sideOf(patched(tree, [inTailCall(code)]));
      const plain = {...direct, insns: 'b7000000000000009500000000000000'};
      const [wrong, fine] = answersOf(variant, [direct, plain]);
      expect(wrong).toMatchObject({error: 'emitter-refuses'});
      expect(wrong.reason).toMatch(message);
      expect(fine.image).toMatch(/^0f1f44/);
    });

    test('a JIT that never ends is ended', async () => {
      const variant = await sideOf(patched(tree, [inTailCall('for (;;) cpu_relax();')]));
      const [answer] = answersOf(variant, [direct]);
      expect(answer.reason).toMatch(/did not end within 30 seconds|signal/);
    });

    test.each([
      [
        'does not compile',
        inTailCall('no_such_variable = 1;'),
        /the JIT does not compile\.$/,
        /error: .no_such_variable. undeclared/,
      ],
    ])('a patch that %s: the last lines of the compiler', async (_name, edit, message, line) => {
      await expect(sideOf(patched(tree, [edit]))).rejects.toMatchObject({
        message: expect.stringMatching(message),
        lines: expect.arrayContaining([expect.stringMatching(line)]),
      });
    });

    test('a patch that does not apply names file and hunk', async () => {
      const edit = inTailCall('/* x */');
      const diff = editScript(tree, [edit]).replace(/^ (.*)$/m, ' no such line');
      writeFileSync(join(folder, 'other.diff'), diff);
      await expect(sideOf(`tree:${tree}+other.diff`)).rejects.toThrow(
        /'other\.diff' does not apply: arch\/x86\/net\/bpf_jit_comp\.c, hunk 1 \(line \d+\)/,
      );
      writeFileSync(join(folder, 'gone.diff'), diff.replaceAll('bpf_jit_comp.c', 'bpf_jit_gone.c'));
      await expect(sideOf(`tree:${tree}+gone.diff`)).rejects.toThrow(
        /does not apply: .*not there|gone\.c/,
      );
    });

    test('a structure that has lost a member the JIT needs', async () => {
      const text = patched(tree, [
        {
          path: 'include/linux/bpf.h',
          anchor: 'struct bpf_prog_aux {',
          token: /\btail_call_reachable\b/,
          replacement: 'tail_call_renamed',
        },
      ]);
      await expect(sideOf(text)).rejects.toThrow(/has no member tail_call_reachable/);
    });
  },
);
