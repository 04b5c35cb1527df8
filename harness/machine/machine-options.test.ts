// Options of kernel builds are refused if neither side is one, with a message that names the side.
import {expect, test} from 'vitest';
import {runCli} from '../cli.ts';
import {recordingIo} from '../testing/captured-io.ts';

const append = ['--append-after', 'quiet'];
test.each([
  [
    ['ab', 'empty', '--before', 'v58', '--after', 'v61', ...append],
    /for a kernel build on the after side/,
  ],
  [
    ['ab', 'empty', '--before', 'v58', '--after', 'v61', '--cpu-model', 'max'],
    /--cpu-model is for a kernel/,
  ],
  [['jit', 'empty', '--variant', 'v61', '--append', 'quiet'], /--append is for a kernel build\./],
  [
    ['annotate', 'empty', '--variant', 'v61', '--qemu-opts=-s'],
    /--qemu-opts is for a kernel build\./,
  ],
  [['annotate', 'empty', '--on', 'user'], /--on does not take 'user'/],
  [
    ['annotate', 'empty', '--on', 'kernel:x', '--tlb', '4/4'],
    /--tlb has no meaning with --on kernel:x/,
  ],
  [['annotate', 'empty', '--on', 'kernel:absent'], /There is no kernel at/],
  [['run', 'empty', '--on', 'kernl'], /--on does not take 'kernl'/],
  [
    ['run', 'empty', '--on', 'kernel:x', '--source', 'callgrind'],
    /--source callgrind does not measure/,
  ],
  [
    ['run', 'empty', '--on', 'kernel:x', '--variant', 'v58'],
    /--variant has no meaning with --on kernel:x/,
  ],
  [['run', 'empty', '--append', 'quiet'], /--append is for a kernel build\./],
  [['ab', 'empty', '--boots', '2'], /--boots is for a kernel build\./],
  [
    ['ab', 'empty', '--before', 'kernel:x', '--after', 'kernel:x', '--boots', '2'],
    /--boots is for kernel builds that are timed/,
  ],
  [
    ['ab', 'empty', '--before', 'v61', '--after', 'kernel:x', '--source', 'perf'],
    /--source perf times two kernel builds, and one side is not a kernel build/,
  ],
  [['jit', 'empty', '--on', 'kernel:/'], /holds no kernel image/],
])('%j', async (args, words) => {
  const io = recordingIo({});
  expect(await runCli(io, args)).toBe(2);
  expect(io.stderr()).toMatch(words);
  expect(io.stderr().trimEnd().split('\n').length).toBe(2);
});
