// Rows of a sweep: one per offset, in order, with the medians of each side's runs without warm-up.
import {expect, test} from 'vitest';
import type {Samples, Session} from '../types.ts';
import {sweepRows} from './sweep-rows.ts';

const placement = (text: string, side: 'before' | 'after', address: string) => ({
  text,
  side,
  addresses: {entry: address},
});

const session = {
  plan: {placement: 'sweep:0:8:4'},
  placements: [
    placement('fixed:8', 'before', '0x50000010'),
    placement('fixed:0', 'before', '0x50000008'),
    placement('fixed:0', 'after', '0x50000008'),
  ],
} as unknown as Session;

// prettier-ignore
const samples: Samples = {
  runs: 6,
  quad: Int32Array.of(0, 0, 0, 0, 0, 0),
  position: Uint8Array.of(0, 0, 1, 1, 2, 3),
  side: Uint8Array.of(0, 0, 0, 0, 1, 1),
  warmup: Uint8Array.of(1, 0, 0, 0, 0, 0),
  placement: Int32Array.of(1, 1, 1, 0, 2, 2),
  events: [{
    event: 'task-clock', unit: 'msec', value: Float64Array.of(99, 10, 12, 20, 30, 34),
    enabled: null, running: null,
  }],
};

test('offsets in order with the medians of both sides', () => {
  expect(sweepRows(session, samples, 'task-clock')).toEqual([
    {offset: 0, before: 11, after: 32, runs: 4, overBest: {before: 0, after: 0}},
    {offset: 8, before: 20, after: null, runs: 1, overBest: {before: 20 / 11 - 1, after: null}},
  ]);
});

test('no rows without a sweep or without the event', () => {
  expect(
    sweepRows({...session, plan: {...session.plan, placement: 'random'}}, samples, 'task-clock'),
  ).toEqual([]);
  expect(sweepRows(session, samples, 'cycles')).toEqual([]);
});
