// Boots as a random factor, on sessions whose truth is known.
import {describe, expect, test} from 'vitest';
import {seededNormal} from '../testdata/random.ts';
import type {Boot, BootQuad} from './boots.ts';
import {bootFinding, bootParts, bootRows} from './boots.ts';

const event = 'ns-per-execution';

interface World {
  readonly effect: number;
  readonly boot: number;
  readonly quad: number;
  readonly boots?: number;
  readonly quads?: number;
}

const session = (world: World, seed: number): readonly Boot[] => {
  const normal = seededNormal(seed);
  return Array.from({length: world.boots ?? 4}, () => {
    const moment = world.effect + world.boot * normal();
    const quad = (): BootQuad => {
      const change = Math.exp(moment + world.quad * normal());
      const drift = 100 * Math.exp(0.1 * normal());
      return {before: [drift, drift], after: [drift * change, drift * change]};
    };
    return new Map([[event, Array.from({length: world.quads ?? 6}, quad)]]);
  });
};

const rowOf = (boots: readonly Boot[], withheld: string | null = null) =>
  bootRows(boots, {primary: event, withheld})[0];

describe('the interval', () => {
  const world = {effect: 0.01, boot: 0.02, quad: 0.003};
  const seeds = Array.from({length: 300}, (_, i) => i + 1);
  const holds = (boots: readonly Boot[]): boolean => {
    const {low, high} = rowOf(boots).change!;
    return low! <= Math.exp(world.effect) && Math.exp(world.effect) <= high!;
  };

  test('holds the truth in 95 of 100 sessions, for boots are its units', () => {
    const held = seeds.filter((seed) => holds(session(world, seed))).length;
    expect(held / seeds.length).toBeGreaterThan(0.92);
    expect(held / seeds.length).toBeLessThan(0.98);
  });

  test('would hold it in few sessions if quads counted as boots', () => {
    const held = seeds.filter((seed) => {
      const [event_, quads] = [event, session(world, seed).flatMap((boot) => boot.get(event)!)];
      return holds(quads.map((quad) => new Map([[event_, [quad]]])));
    }).length;
    expect(held / seeds.length).toBeLessThan(0.75);
  });

  test('two equal builds are rarely called different', () => {
    const claims = seeds.filter((seed) =>
      ['more', 'less'].includes(rowOf(session({...world, effect: 0}, seed)).verdict),
    ).length;
    expect(claims / seeds.length).toBeLessThan(0.08);
  });
});

test('a change that every boot shows is called; its figures are in step with it', () => {
  const row = rowOf(session({effect: Math.log(1.1), boot: 0.002, quad: 0.002}, 3));
  expect(row).toMatchObject({verdict: 'more', primary: true, unit: 'ns'});
  expect(row.change!.ratio).toBeCloseTo(1.1, 2);
  expect(row.before.n).toBe(48);
});

test('three boots give no verdict, however clear', () => {
  const row = rowOf(session({effect: 1, boot: 0.001, quad: 0.001, boots: 3}, 1));
  expect(row).toMatchObject({verdict: 'unsettled', p: null});
  expect(row.reason).toMatch(/3 boots: a verdict needs at least 4/);
});

test('an event that one boot did not count has no row', () => {
  const [first, ...others] = session({effect: 0, boot: 0.01, quad: 0.01}, 1);
  const more = new Map([...first, ['cycles:G', first.get(event)!]]);
  const rows = bootRows([more, ...others], {primary: event, withheld: null});
  expect(rows.map((row) => row.event)).toEqual([event]);
});

test('a withheld row never has a verdict', () => {
  const row = rowOf(session({effect: 1, boot: 0.001, quad: 0.001}, 1), 'the machines are emulated');
  expect(row).toMatchObject({verdict: 'unsettled', reason: 'the machines are emulated'});
});

test('the parts of the variance are found again', () => {
  const boots = session({effect: 0, boot: 0.05, quad: 0.01, boots: 200, quads: 10}, 7);
  const {boot, quad} = bootParts(boots, event);
  expect(boot).toBeCloseTo(0.05, 2);
  expect(quad).toBeCloseTo(0.01, 2);
  expect(bootFinding(boots, event).text).toMatch(
    /^ns-per-execution varies by 4\.96 % between boots .* and by 0\.98 % between quads/,
  );
});
