// Fields of JSON documents of unknown origin, and rows of means made of them.
import {meanOf, sdOf} from '../stats/moments.ts';
import type {ImportRow} from '../types.ts';
import type {Unfinished} from './readers/reader.ts';

export type Fields = Readonly<Record<string, unknown>>;

export const isObject = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
export const number = (value: unknown): number | null =>
  typeof value === 'number' && Number.isFinite(value) ? value : null;
export const words = (value: unknown): string | null => (typeof value === 'string' ? value : null);

export const row = (
  event: string,
  unit: string,
  value: number,
  sem: number | null,
): Unfinished<ImportRow> => ({
  event,
  value,
  unit,
  sem,
  running: null,
  metric: null,
  metricUnit: null,
  status: 'ok',
});

/** The standard error of a mean in percent of it, from the standard deviation of one run. */
export const percent = (sd: number | null, mean: number, runs: number): number | null =>
  sd === null || runs < 2 || mean === 0 ? null : (100 * sd) / Math.sqrt(runs) / mean;

/** The mean of the values that are there, with its standard error in percent. */
export const meanRow = (
  event: string,
  unit: string,
  values: readonly (number | null)[],
): Unfinished<ImportRow> => {
  const counted = values.filter((value) => value !== null);
  const mean = meanOf(counted);
  return row(event, unit, mean, percent(sdOf(counted), mean, counted.length));
};
