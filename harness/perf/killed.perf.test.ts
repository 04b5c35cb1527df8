// perf stat exits with 0 if a signal ended its command; the block reports it all the same. The
// commands outlast perf's start, during which it may lose how they end.
import {expect, test} from 'vitest';
import {noPerf} from '../testing/captured-io.ts';
import {runBlock} from './block.ts';
import {findPerf} from './perf.ts';

test.skipIf(noPerf !== null).each([
  ['sleep 0.3; kill -SEGV $$', 'Segmentation fault'],
  ['sleep 0.3; kill -KILL $$', 'Killed'],
  ['echo "sh: not killed" >&2', null],
])(`%s${noPerf === null ? '' : ` (skipped: ${noPerf})`}`, async (script, killed) => {
  const perf = await findPerf(process.env);
  const result = await runBlock({
    perf,
    events: ['task-clock', 'duration_time'],
    runs: 2,
    argv: ['sh', '-c', script],
  });
  expect([result.runs.length, result.killed]).toEqual([2, killed]);
});
