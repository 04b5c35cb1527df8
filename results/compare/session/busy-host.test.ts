// A busy host is named with its figures, before what else may have disturbed a session.
import {expect, test} from 'vitest';
import type {BlockLoad, Samples} from '../../types.ts';
import {randomFrom} from '../../stats/random.ts';
import {compareSamples} from '../samples.ts';
import {busyHost, isBusy, sumLoads} from './busy-host.ts';

const block = (others: number, more: Partial<BlockLoad> = {}): BlockLoad => ({
  seconds: 1,
  others,
  stolen: 0,
  waited: 0.25,
  average: 3,
  ...more,
});

test('means are weighted by time', () => {
  const load = sumLoads([block(0), block(1, {seconds: 3}), null, undefined], 2)!;
  expect(load).toMatchObject({seconds: 4, others: 0.75, waited: 0.25, average: 3, cpus: 2});
  expect(load.blocks).toHaveLength(2);
  expect(sumLoads([block(0, {waited: null}), block(0)], 2)!.waited).toBeNull();
  expect(sumLoads([null, undefined], 2)).toBeNull();
});

// prettier-ignore
test.each([
  [block(0.2), 2, false],
  [block(0.4), 2, true],
  [block(0.4), 64, false],
  [block(0, {stolen: 0.05}), 2, true],
])('%j on %i CPUs: busy %s', (load, cpus, expected) => {
  const sum = sumLoads([load], cpus);
  expect(isBusy(sum)).toBe(expected);
  expect(busyHost(sum, '').length).toBe(expected ? 1 : 0);
});

/** Forty quads of one run a block, each side in two modes. */
const bimodal = (): Samples => {
  const random = randomFrom(1);
  const runs = 160;
  const at = Array.from({length: runs}, (_, run) => run);
  return {
    runs,
    quad: Int32Array.from(at, (run) => run >> 2),
    position: Uint8Array.from(at, (run) => run & 3),
    side: Uint8Array.from(at, (run) => ((run & 3) === 1 || (run & 3) === 2 ? 1 : 0)),
    warmup: new Uint8Array(runs),
    placement: new Int32Array(runs).fill(-1),
    events: [
      {
        event: 'duration_time',
        unit: 'ns',
        value: Float64Array.from(
          at,
          () => (random.uniform() < 0.5 ? 100 : 130) * (1 + random.normal() / 1000),
        ),
        enabled: null,
        running: null,
      },
    ],
  };
};

test('two modes: what else ran is the first suspect on a busy host only', () => {
  const side = {label: 'x'};
  const of = (others: number) =>
    compareSamples(bimodal(), {
      before: side,
      after: side,
      design: 'abba',
      load: sumLoads([block(others)], 2),
    });
  const codes = of(1.8).findings.map(({code}) => code);
  expect(codes.indexOf('busy-host')).toBeGreaterThanOrEqual(0);
  expect(codes.indexOf('bimodal')).toBeGreaterThan(codes.indexOf('busy-host'));
  const words = (others: number) => of(others).findings.find(({code}) => code === 'bimodal')!.text;
  expect(words(1.8)).toMatch(/what else ran on the host is the first suspect/);
  expect(words(0)).toMatch(/look at placement or the clock/);
  expect(of(1.8).findings.find(({code}) => code === 'busy-host')!.text).toMatch(
    new RegExp(
      String.raw`^the host was busy: other work took 1\.8 of 2 CPUs .*waited for a CPU 25 % of the ` +
        String.raw`time; load average 3\.0`,
    ),
  );
  expect(of(0).load).toMatchObject({others: 0});
});
