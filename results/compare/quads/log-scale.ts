// Counts on the log scale and back, rare ones with half a count added.
import type {Estimate} from '../../stats/hodges-lehmann.ts';
import type {EventKind, EventSeries} from '../../types.ts';

/**
 * Logarithms of the counts. Rare events, which may be zero, get half a count added; a zero of a
 * positive event is a lost count and is put below the smallest one.
 */
export const logScale = (
  series: EventSeries,
  kind: EventKind,
): {readonly values: Float64Array; readonly offset: number} => {
  const offset = kind === 'rare' ? 0.5 : 0;
  let smallest = Infinity;
  for (const value of series.value) if (value > 0 && value < smallest) smallest = value;
  const floor = smallest === Infinity ? 1 : smallest / 2;
  const values = new Float64Array(series.value.length);
  for (let i = 0; i < values.length; i++) {
    const value = series.value[i];
    values[i] = Math.log(
      offset > 0 ? value + offset : value > 0 ? value : value === 0 ? floor : Number.NaN,
    );
  }
  return {values, offset};
};

/**
 * A change of ln(count + offset) as a change of ln(count), at the level of the before side; null
 * below one count per run.
 */
export const backFromOffset = (
  estimate: Estimate,
  before: number,
  offset: number,
): Estimate | null => {
  if (offset === 0) return estimate;
  if (before < 1) return null;
  const back = (value: number): number =>
    Math.log(Math.max(((before + offset) * Math.exp(value) - offset) / before, 1e-9));
  return {value: back(estimate.value), low: back(estimate.low), high: back(estimate.high)};
};
