// npm run bench:overhead: jitstat's wall time per run against bare `perf stat -r N` of the same
// shim and image, in one run.
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {parseArgs} from 'node:util';
import {execa} from 'execa';
import {median} from 'simple-statistics';
import {createJournal} from '../../results/store/index.ts';
import {readHost} from '../host/host-record.ts';
import {eventsToAsk} from '../perf/requested-events.ts';
import {hasHardwareCounters, probeEvents} from '../perf/countable.ts';
import {findPerf} from '../perf/perf.ts';
import {makePlan, plannedBlocks} from '../measure/plan.ts';
import {readMeasureOptions} from '../measure/read-options.ts';
import {runBlocks} from '../measure/runner.ts';
import {loadWorkloads} from '../measure/load-target.ts';
import {subjectsOf} from '../measure/subjects.ts';

const {values} = parseArgs({
  options: {
    repeat: {type: 'string', default: '1000000'},
    rounds: {type: 'string', default: '8'},
    workload: {type: 'string', default: 'tailcall1'},
  },
});

const perf = await findPerf(process.env);
const {counted} = await probeEvents(perf, eventsToAsk(null, ''));
const options = readMeasureOptions(
  {
    values: {repeat: Number(values.repeat), seed: 1, placement: 'fixed:0'},
    positionals: [],
    rest: [],
  },
  new Date(),
);
const {before, after} = await subjectsOf(
  loadWorkloads(
    {kind: 'workload', workload: values.workload, before: 'rfc1', after: 'rfc1'},
    process.cwd(),
  ),
  options,
  {cwd: process.cwd(), err: () => {}, errIsTerminal: false},
);
const folder = mkdtempSync(join(tmpdir(), 'jitstat-overhead-'));

try {
  const ready = await before.prepare({index: 0, quad: 0, seed: 1, folder});
  const bare = async (runs: number): Promise<number> => {
    const started = process.hrtime.bigint();
    await execa(
      perf.path,
      ['stat', '-r', String(runs), '-e', counted.join(','), '-o', '/dev/null', '--', ...ready.argv],
      {stdio: 'ignore'},
    );
    return Number(process.hrtime.bigint() - started) / 1e9 / runs;
  };
  const trial = await bare(1);
  const rounds = Number(values.rounds);
  const plan = makePlan({
    seed: 1,
    runs: null,
    budgetSeconds: options.budgetSeconds,
    runSeconds: trial,
    runsPerBlock: null,
    warmupQuads: options.warmupQuads,
    aa: options.aa,
    stopsEarly: false,
    repeat: options.repeat,
    placement: 'fixed:0',
    events: counted,
  });
  const blocks = plannedBlocks({
    ...plan,
    warmupQuads: 0,
    aaQuads: 0,
    quads: rounds,
    order: Array.from({length: rounds}, () => 'ABBA' as const),
  });
  const journal = createJournal(folder, {
    schema: 'jitstat/journal/1',
    id: 'overhead',
    created: new Date().toISOString(),
    kind: 'ab',
    workload: values.workload,
    before: before.info,
    after: after!.info,
    host: readHost(perf.version, hasHardwareCounters()),
    plan,
    commands: {},
    notCounted: [],
  });
  const ratios: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const runs = 4 * plan.runsPerBlock;
    const withJitstat = async (): Promise<number> => {
      const started = process.hrtime.bigint();
      await runBlocks({
        blocks: blocks.slice(4 * round, 4 * round + 4),
        done: [],
        before,
        after,
        passes: [counted],
        runsPerBlock: plan.runsPerBlock,
        perf,
        region: 'process',
        ignoreFailure: false,
        folder,
        journal,
        onBlock: () => {},
      });
      return Number(process.hrtime.bigint() - started) / 1e9 / runs;
    };
    const [a, b] =
      round % 2 === 0
        ? [await withJitstat(), await bare(runs)]
        : await bare(runs).then(async (first) => [await withJitstat(), first]);
    ratios.push(a / b);
    console.log(
      `round ${round + 1}: jitstat ${(a * 1e3).toFixed(2)} ms a run, perf stat -r ` +
        `${runs} ${(b * 1e3).toFixed(2)} ms a run, ratio ${(a / b).toFixed(4)}`,
    );
  }
  console.log(
    `${values.workload}, repeat ${options.repeat}, ${plan.runsPerBlock} runs a block, ${rounds} rounds`,
  );
  console.log(
    `median ratio ${median(ratios).toFixed(4)} (smallest ` +
      `${Math.min(...ratios).toFixed(4)}, largest ${Math.max(...ratios).toFixed(4)})`,
  );
} finally {
  rmSync(folder, {recursive: true, force: true});
}
