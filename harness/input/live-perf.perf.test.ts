// The installed perf against its own per-run lines: our mean and standard error are what it prints,
// if it prints the mean.
import {spawnSync} from 'node:child_process';
import {describe as suite, expect, test} from 'vitest';
import {importText} from '../../results/import/index.ts';
import {describe} from '../../results/samples/side-stats.ts';
import {noPerf} from '../testing/captured-io.ts';

const version = (): number => {
  const found = /(\d+)\.(\d+)/.exec(
    spawnSync('perf', ['--version'], {encoding: 'utf8'}).stdout ?? '',
  );
  return found === null ? 0 : Number(found[1]) * 1000 + Number(found[2]);
};

/** 5.14 to 6.1 print the last run, 6.2 to 6.4.0 the sum (6.4.y the last run again). */
const defect = (at: number): 'last' | 'sum' | null =>
  at >= 5014 && at <= 6001 ? 'last' : at === 6002 || at === 6003 ? 'sum' : null;

suite.skipIf(noPerf !== null)(
  `perf -v -r 8 as installed${noPerf === null ? '' : ` (skipped: ${noPerf})`}`,
  () => {
    test('mean, standard error and elapsed from the runs', () => {
      // Runs of clearly different lengths, so that a last run cannot pass for a mean.
      const work = 'i=0; while [ $i -lt $(( ($$ % 5 + 1) * 9000 )) ]; do i=$((i+1)); done';
      const output = spawnSync(
        'perf',
        ['stat', '-v', '-r', '8', '-e', 'task-clock,page-faults,duration_time', 'sh', '-c', work],
        {encoding: 'utf8', env: {...process.env, LC_ALL: 'C'}},
      );
      const [table] = importText(output.stderr, 'perf').tables;
      expect(table.runs).toBe(8);
      const found = defect(version());
      expect(
        table.warnings.map((warning) => warning.code).filter((code) => code.startsWith('repeat-')),
      ).toEqual(
        found === null ? [] : [found === 'last' ? 'repeat-prints-last-run' : 'repeat-prints-sum'],
      );
      for (const row of table.rows) {
        const runs =
          table.samples
            .find((series) => series.event === row.event)
            ?.values.map((value) => value ?? Number.NaN) ?? [];
        const {mean, sem} = describe(Float64Array.from(runs));
        const shown =
          found === 'last'
            ? (runs.at(-1) ?? 0)
            : found === 'sum'
              ? runs.reduce((sum, value) => sum + value, 0)
              : (mean ?? 0);
        expect(Math.abs((row.value ?? 0) - shown)).toBeLessThanOrEqual(
          row.unit === 'msec' ? 0.0051 : 1,
        );
        // The printed error is that of the true mean, in percent of whatever was printed, to 0.01.
        const percent = (100 * (sem ?? 0)) / (row.value ?? 1);
        if (found !== 'sum' && row.sem !== null)
          expect(Math.abs(row.sem - percent)).toBeLessThanOrEqual(0.006 + 0.01 * percent);
      }
      const elapsed =
        table.samples
          .find((series) => series.event === 'duration_time')
          ?.values.map((value) => (value ?? 0) / 1e9) ?? [];
      const mean = elapsed.reduce((sum, value) => sum + value, 0) / elapsed.length;
      expect((table.elapsed?.seconds ?? 0) / mean).toBeCloseTo(1, 2);
    });
  },
);
