// Runs in execution order cut into batches, whose means replace runs that follow each other.
import {median, robustSpread} from '../../stats/robust.ts';

/** Runs are winsorised at this many robust standard deviations from the median of their batch. */
const limitInSpreads = 2.5;
const mostBatches = 10;
const fewestBatches = 6;

/** Winsorised means of up to ten consecutive batches. */
export const batchMeans = (values: Float64Array): Float64Array => {
  const n = values.length;
  const batches =
    n < 2 * fewestBatches ? n : Math.min(mostBatches, Math.max(fewestBatches, Math.floor(n / 5)));
  const edges = Array.from({length: batches + 1}, (_, i) => Math.round((i * n) / batches));
  const centres = edges.slice(1).map((end, i) => median(values.subarray(edges[i], end)));
  const residual = new Float64Array(n);
  for (let b = 0; b < batches; b++)
    for (let i = edges[b]; i < edges[b + 1]; i++) residual[i] = values[i] - centres[b];
  const limit = limitInSpreads * robustSpread(residual);
  return Float64Array.from(centres, (centre, b) => {
    let sum = 0;
    for (let i = edges[b]; i < edges[b + 1]; i++)
      sum += limit > 0 ? Math.max(-limit, Math.min(limit, residual[i])) : residual[i];
    return centre + sum / (edges[b + 1] - edges[b]);
  });
};
