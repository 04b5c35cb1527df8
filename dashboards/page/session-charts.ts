// The charts of a session's page in reading order: one row per chart. A new chart is a file in
// charts/ and a row here (docs/adding-a-chart.md).
import {decomposition} from '../charts/decomposition.ts';
import {ecdf} from '../charts/ecdf.ts';
import {forest, simulatedForest} from '../charts/forest.ts';
import {placementOffsets} from '../charts/offsets.ts';
import {placementSweep} from '../charts/placement.ts';
import {stepDifference} from '../charts/steps.ts';
import {strip} from '../charts/strip.ts';
import type {Chart} from '../charts/types.ts';
import type {ChartContext} from './chart-context.ts';
import {hasPriority} from './chart-context.ts';
import {slug} from './slug.ts';

/**
 * `draw` returns null if there is nothing to show, and a list if there is a chart for each event.
 * A chart's name is the stem of its files and must be unique on the page.
 */
export interface SessionChart {
  readonly name: string;
  readonly draw: (context: ChartContext) => Chart | null | readonly (Chart | null)[];
}

/** At most this many events have a strip, and this many a distribution. */
const mostStrips = 5;
const mostDistributions = 3;

const sessionCharts: readonly SessionChart[] = [
  {name: 'forest', draw: ({comparison}) => comparison && forest(comparison)},
  {name: 'simulated', draw: ({comparison}) => comparison && simulatedForest(comparison)},
  {name: 'decomposition', draw: ({comparison}) => comparison && decomposition(comparison)},
  {name: 'steps', draw: ({comparison}) => comparison && stepDifference(comparison)},
  {name: 'placements', draw: ({comparison}) => comparison && placementOffsets(comparison)},
  {
    name: 'strip',
    draw: ({samples, events, labels}) =>
      samples &&
      events
        .slice(0, mostStrips)
        .map((event) => strip(event, samples, labels, `strip-${slug(event.event)}`)),
  },
  {
    name: 'ecdf',
    draw: ({samples, rows, labels}) =>
      samples &&
      rows
        .filter((row, i) => i === 0 || hasPriority(row))
        .slice(0, mostDistributions)
        .map((row) => ecdf(row, samples, labels, `ecdf-${slug(row.event)}`)),
  },
  {
    name: 'placement',
    draw: ({session, samples, rows}) =>
      session &&
      samples &&
      rows
        .slice(0, 1)
        .map((row) => placementSweep(row, session, samples, `placement-${slug(row.event)}`)),
  },
];

/** All charts that have something to show. */
export const drawCharts = (context: ChartContext): readonly Chart[] =>
  sessionCharts.flatMap(({draw}) => draw(context)).filter((chart) => chart !== null);
