// Measured differences next to simulated and predicted ones: software counts replace a PMU.
import {expect, test} from 'vitest';
import type {Comparison, ComparisonRow} from '../../results/types.ts';
import {comparePrediction} from './prediction.ts';

const row = (event: string, before: number | null, after: number | null) =>
  ({event, before: {mean: before}, after: {mean: after}}) as ComparisonRow;

const extra = {
  rows: [
    row('callgrind/instructions/', 1035, 996),
    row('callgrind/branches/', 110, 194),
    row('callgrind/loads/', 175, 139),
  ],
  findings: [
    {code: 'predicted', text: '', data: {predicted: {instructions: -39, branches: 84, loads: -36}}},
  ],
};

test('per repetition, next to what was simulated and predicted', () => {
  const measured = {
    rows: [
      row('instructions:u', 1_067_635_122, 1_041_618_306),
      row('branches', 165_308_809, 226_386_119),
      row('L1-dcache-loads', null, null),
    ],
  } as unknown as Comparison;
  const [finding, ...more] = comparePrediction(measured, extra, 1_000_000);
  expect(more).toEqual([]);
  expect(finding.text).toBe(
    'Measured differences per repetition: instructions -26.0 (simulated -39, predicted ' +
      '-39), branches +61.1 (simulated +84, predicted +84).',
  );
});

test('there is nothing to say without simulated rows or without counts', () => {
  const measured = {rows: [row('instructions', 10, 20)]} as unknown as Comparison;
  expect(comparePrediction(measured, null, 1)).toEqual([]);
  expect(comparePrediction({...measured, rows: []}, extra, 1)).toEqual([]);
});
