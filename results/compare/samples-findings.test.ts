// What a comparison of samples finds besides its rows, and how often tables are wrong.
import {describe, expect, test} from 'vitest';
import {session} from '../bench/bench-table.ts';
import {simulate} from '../bench/noise.ts';
import {randomFrom} from '../stats/random.ts';
import {conclude, rowOf, codes, noisy} from '../testdata/compare.ts';

describe('findings', () => {
  test('a spike is named with its run, its event and what moved with it', () => {
    const random = randomFrom(10);
    const comparison = conclude(
      session(20, {
        'task-clock': (run) => 100 * Math.exp(0.01 * random.normal()) * (run === 33 ? 1.3 : 1),
        'iTLB-load-misses': (run) => (run === 33 ? 48_000 : random.poisson(480)),
      }),
    );
    const samples = session(20, {});
    const run = [...samples.side.subarray(0, 34)].filter(
      (side) => side === samples.side[33],
    ).length;
    const spike = comparison.findings.find((finding) => finding.code === 'spike');
    expect(spike?.data).toMatchObject({
      event: 'iTLB-load-misses',
      run,
      value: 48_000,
      with: ['task-clock'],
    });
    expect(rowOf(comparison, 'task-clock').spikes).toEqual({before: [], after: []});
  });

  test('a changed spike rate is its own finding', () => {
    const random = randomFrom(11);
    const comparison = conclude(
      session(50, {
        'LLC-load-misses': (run, side) =>
          random.poisson(1000) * (side === 1 && run % 7 < 2 && run % 4 < 2 ? 30 : 1),
      }),
    );
    expect(codes(comparison)).toContain('spike-rate-changed');
  });

  test('parts of the time add up, and the clock is named', () => {
    const random = randomFrom(12);
    const clock = session(25, {}).side.reduce<number[]>(
      (list, side) => [...list, 3.5e9 * Math.exp(-0.06 * side + 0.002 * random.normal())],
      [],
    );
    const cycles = clock.map(() => 7e8 * Math.exp(0.001 * random.normal()));
    const {decomposition, findings} = conclude(
      session(25, {
        'task-clock': (run) => (1000 * cycles[run]) / clock[run],
        cycles: (run) => cycles[run],
        instructions: (_, side) => 1.5e9 * (1 + 0.02 * side) * Math.exp(1e-5 * random.normal()),
        duration_time: (run) => (1.02e9 * cycles[run]) / clock[run],
      }),
    );
    const {time, instructions, cpi, clock: period} = decomposition;
    expect(instructions! + cpi! + period!).toBeCloseTo(time!, 12);
    expect(decomposition.utilisation).toBeCloseTo(0, 3);
    expect(period).toBeCloseTo(0.06, 2);
    expect(decomposition.intervals?.clock?.low).toBeGreaterThan(0.05);
    expect(findings.map((finding) => finding.code)).toContain('clock-not-code');
  });

  test('events counted in different quads still split the time', () => {
    const random = randomFrom(20);
    const only =
      (pass: number, value: number) =>
      (run: number, side: number): number =>
        (run >> 2) % 2 === pass
          ? value * Math.exp(0.001 * random.normal() + 0.03 * side)
          : Number.NaN;
    const {decomposition} = conclude(
      session(24, {
        'task-clock': (_, side) => 100 * Math.exp(0.001 * random.normal() + 0.03 * side),
        cycles: only(0, 3e8),
        instructions: only(1, 4e8),
      }),
    );
    expect(decomposition.instructions! + decomposition.cpi! + decomposition.clock!).toBeCloseTo(
      decomposition.time!,
      12,
    );
    expect(decomposition.clock).toBeCloseTo(0, 2);
    expect(decomposition.instructions).toBeCloseTo(0.03, 2);
  });

  test.each([
    ['drift', (run: number): number => 0.1 * (run / 200)],
    ['level-step', (run: number): number => (run > 120 ? 0.08 : 0)],
    ['burst', (run: number): number => (run >= 80 && run < 92 ? 0.4 : 0)],
  ])('%s is reported and cancels', (code, shape) => {
    const value = noisy(13, 0.005, 0, 200);
    const comparison = conclude(
      session(50, {'task-clock': (run, side) => value(run, side) * Math.exp(shape(run))}),
    );
    expect(codes(comparison)).toContain(code);
    expect(rowOf(comparison, 'task-clock').verdict).toBe('equal');
  });

  test('a clock step is distinguished from a change of work', () => {
    const random = randomFrom(14);
    const comparison = conclude(
      session(40, {
        'task-clock': (run) => (run > 70 ? 210 : 200) * Math.exp(0.002 * random.normal()),
        cycles: () => 7e8 * Math.exp(0.002 * random.normal()),
      }),
    );
    expect(codes(comparison)).toContain('clock-step');
  });

  test('two modes and carry-over are named', () => {
    const random = randomFrom(15);
    const bimodal = conclude(
      session(30, {
        'task-clock': () =>
          (random.uniform() < 0.4 ? 210 : 200) * Math.exp(0.003 * random.normal()),
      }),
    );
    expect(codes(bimodal)).toContain('bimodal');
    const {side} = session(40, {});
    const carried = conclude(
      session(40, {
        'task-clock': (run) =>
          (run > 0 && side[run - 1] !== side[run] ? 1.03 : 1) * Math.exp(0.005 * random.normal()),
      }),
    );
    expect(codes(carried)).toContain('carry-over');
  });

  test('the first run of a block is compared with the others', () => {
    const random = randomFrom(19);
    const samples = session(40, {
      'task-clock': (run) => (run % 4 === 0 ? 1.02 : 1) * Math.exp(0.004 * random.normal()),
    });
    samples.quad.forEach((_, run) => (samples.quad[run] = run >> 4));
    samples.position.forEach((_, run) => (samples.position[run] = (run >> 2) & 3));
    samples.side.forEach((_, run) => (samples.side[run] = ((run >> 2) & 3) % 3 === 0 ? 0 : 1));
    expect(codes(conclude(samples))).toContain('first-run');
  });

  test('the share of the placement in the variance', () => {
    const random = randomFrom(16);
    const samples = session(20, {});
    const effect = Array.from({length: 10}, () => 0.02 * random.normal());
    samples.placement.forEach((_, run) => (samples.placement[run] = run % 10));
    const {placement} = conclude({
      ...samples,
      events: session(20, {
        'task-clock': (run) => Math.exp(effect[run % 10] + 0.01 * random.normal()),
      }).events,
    });
    const truth = effect.indexOf(Math.max(...effect));
    expect(placement?.[0].share).toBeGreaterThan(0.5);
    expect(placement?.[0].low).toBeLessThan(0.8);
    expect(placement?.[0].worst).toBe(truth);
  });
});

describe('error rates', () => {
  test('no false claims beyond the level in drifting, bursting, stepping tables', () => {
    const random = randomFrom(17);
    let wrong = 0;
    const trials = 60;
    for (let t = 0; t < trials; t++) {
      const scenario = (['drift', 'bursts', 'clock steps', 'heavy ties'] as const)[t % 4];
      if (
        conclude(simulate(random, {scenario, perSide: 20})).rows.some(
          (row) => row.verdict === 'more' || row.verdict === 'less',
        )
      )
        wrong++;
    }
    // At a true rate of 5 % more than 9 of 60 happen once in 1,000 times.
    expect(wrong).toBeLessThanOrEqual(9);
  });

  test('a million rows', () => {
    const value = noisy(18, 0.02, 0.0002);
    const comparison = conclude(session(250_000, {'task-clock': value}));
    expect(rowOf(comparison, 'task-clock').change?.ratio).toBeCloseTo(1.0002, 4);
  });
});
