// Verdicts over hosts: which hosts, what they share, and no claim that is not shown.
import {expect, test} from 'vitest';
import type {Verdict} from '../types.ts';
import {cpuFamily, cpuRows} from './cpu-family.ts';
import {separating, traitsOf} from './host-traits.ts';
import type {HostChange} from './over-hosts.ts';
import {overHosts} from './over-hosts.ts';

const cpus = {
  zen: 'AMD EPYC 7763 64-Core Processor',
  zen2: 'AMD EPYC 7402P 24-Core Processor',
  skl: 'Intel(R) Xeon(R) Gold 6148 CPU @ 2.40GHz',
};

const change = (
  host: string,
  cpu: keyof typeof cpus,
  percent: number,
  verdict: Verdict,
  half = 0.4,
): HostChange => {
  const ratio = 1 + percent / 100;
  return {
    host: traitsOf(host, [], {cpu: cpus[cpu], kernel: '6.1.0'}),
    ratio,
    low: ratio - half / 100,
    high: ratio + half / 100,
    verdict,
  };
};

const one = (...hosts: HostChange[]) => overHosts([hosts])[0];

test.each(cpuRows.map((row) => [row.example, row.family, row.generation]))(
  '%s is %s, %s',
  (example, family, generation) => expect(cpuFamily(example)).toMatchObject({family, generation}),
);

test('a CPU without a row has only its vendor, an unknown one nothing', () => {
  expect(cpuFamily('Intel(R) Processor')).toEqual({
    vendor: 'Intel',
    family: null,
    generation: null,
  });
  expect(cpuFamily('Loongson-3A5000')).toBeNull();
  expect(cpuFamily(null)).toBeNull();
});

test('only on Zen: the changed hosts share it, the equal ones do not', () => {
  const answer = one(
    change('a', 'zen', 3, 'more'),
    change('b', 'zen2', 3.2, 'more'),
    change('c', 'skl', 0, 'equal'),
    change('d', 'skl', 0.1, 'equal'),
  );
  expect(answer).toMatchObject({verdict: 'more', changed: ['a', 'b'], differ: true});
  expect(answer.text).toBe('more on 2 of 4 hosts, only on Zen (a, b); equal on c, d');
});

test('a trait that an equal host has as well is not named', () => {
  const answer = one(
    change('a', 'zen', 3, 'more'),
    change('b', 'zen', 0, 'equal'),
    change('c', 'skl', 0, 'equal'),
  );
  expect(answer.only.filter(({value}) => value === 'Zen')).toEqual([]);
  expect(answer.text).toBe('more on 1 of 3 hosts, a; equal on b, c');
});

test('hosts whose noise allows the same change are not said to differ', () => {
  const answer = one(change('a', 'zen', 1.5, 'more', 1), change('b', 'skl', 1.2, 'unsettled', 1.5));
  expect(answer.differ).toBe(false);
  expect(answer.text).toBe(
    'more on 1 of 2 hosts (a); the others are not shown to differ from them',
  );
});

test('all hosts, by the same and by different amounts', () => {
  expect(one(change('a', 'zen', 3, 'more'), change('b', 'skl', 3.1, 'more')).text).toBe(
    'more on all 2 hosts',
  );
  const apart = one(change('a', 'zen', 3, 'more'), change('b', 'skl', 9, 'more'));
  expect(apart.text).toBe('more on all 2 hosts, by different amounts');
  // The mean of two hosts that differ is given with its interval, which is nearly unbounded.
  expect(apart.mean!.low).toBeLessThan(1);
});

test('more on some hosts and less on others', () => {
  const answer = one(
    change('a', 'zen', 3, 'more'),
    change('b', 'zen2', 2, 'more'),
    change('c', 'skl', -3, 'less'),
  );
  expect(answer).toMatchObject({verdict: 'mixed', differ: true});
  expect(answer.text).toBe('more on Zen (a, b), less on c');
});

test('many hosts together may show what no single host shows', () => {
  const hosts = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'].map((host, at) =>
    change(host, 'zen', 0.8 + (at % 3) / 20, 'unsettled', 1),
  );
  expect(one(...hosts)).toMatchObject({verdict: 'more', changed: []});
  expect(one(...hosts).text).toBe('more over all 8 hosts together, not shown on any of them alone');
  // Judged with a hundred others, the same mean needs stronger evidence.
  const others = Array.from({length: 100}, () => hosts.map((host) => ({...host, ratio: 1})));
  expect(overHosts([hosts, ...others])[0].p).toBeGreaterThan(one(...hosts).p!);
});

test('nothing measured, one host, not settled, without an interval', () => {
  expect(one()).toMatchObject({verdict: 'unsettled', text: 'not measured on any host'});
  expect(one(change('a', 'zen', 3, 'more')).text).toBe('more on the only host');
  expect(one(change('a', 'zen', 3, 'more')).mean).toBeNull();
  expect(one(change('a', 'zen', 0, 'unsettled'), change('b', 'skl', 0, 'equal')).text).toBe(
    'not settled on 1 of 2 hosts',
  );
  const bare = {...change('a', 'zen', 3, 'more'), low: null, high: null};
  expect(one(bare, change('b', 'skl', 0, 'equal'))).toMatchObject({mean: null, verdict: 'more'});
});

test('exact counts that differ between hosts are facts', () => {
  const exact = (host: string, cpu: keyof typeof cpus, ratio: number): HostChange => ({
    ...change(host, cpu, 0, ratio === 1 ? 'equal' : 'less'),
    ratio,
    low: ratio,
    high: ratio,
  });
  expect(one(exact('a', 'zen', 1), exact('b', 'skl', 0.99)).text).toBe(
    'less on 1 of 2 hosts, only on Skylake (b); equal on a',
  );
});

test('classes set by the owner come before what the hosts say about themselves', () => {
  const host = (name: string, classes: string[]) => traitsOf(name, classes, {cpu: cpus.zen});
  expect(separating([host('a', ['fast'])], [host('b', [])]).only).toEqual([
    {what: 'class', value: 'fast'},
  ]);
});
