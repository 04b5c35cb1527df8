// Verdict matrix: comparison by event, coloured by verdict, with the change as text, so that
// changes are seen before they are read.
import type {Comparison} from '../../results/types.ts';
import {matrixCells} from '../../results/rows/matrix-cells.ts';
import type {MatrixCell} from '../../results/rows/matrix-cells.ts';
import {textWidth} from './text-metrics.ts';
import {formatChange} from './axis-format.ts';
import {isSimulated} from '../tables/facts.ts';
import {rowLabels} from './chart-labels.ts';
import {colour} from './palette.ts';
import {fontSize} from './theme.ts';
import type {Chart, Spec} from './types.ts';
import {widths} from './types.ts';
import {listNames, looks, verdictOrder} from './verdicts.ts';

/** Null if nothing was counted. Labels must differ; a number is added if they do not. */
export const matrix = (
  comparisons: readonly {readonly label: string; readonly comparison: Comparison}[],
  name = 'matrix',
): Chart | null => {
  const labels = distinct(comparisons.map((one) => one.label));
  const cells = matrixCells(comparisons.map(({comparison}, i) => ({label: labels[i], comparison})))
    .map((cell) => ({...cell, text: cellText(cell)}))
    .filter(
      (cell, _i, all) =>
        !isSimulated(cell.event) ||
        all.some(
          (other) =>
            other.event === cell.event && other.verdict !== 'equal' && other.verdict !== 'none',
        ),
    );
  if (cells.length === 0) return null;
  const measured = cells.filter((cell) => cell.verdict !== 'none' && !isSimulated(cell.event));
  const changed = measured.filter((cell) => cell.verdict === 'more' || cell.verdict === 'less');
  const short = fit(labels);
  const where = [...new Set(changed.map((cell) => cell.label))];
  return {
    name,
    kind: 'matrix',
    title:
      changed.length === 0
        ? `No measured change in ${listNames(labels)}`
        : `${changed.length} of ${measured.length} measured cells changed, in ${listNames(where)}`,
    subtitle:
      'A number is the change in per cent; = is equal within the margin, ? unsettled; an empty ' +
      'cell was not counted.' +
      (cells.some((cell) => isSimulated(cell.event))
        ? ' Rows of callgrind/, cachegrind/ and image/ are simulated, not measured; those that ' +
          'are equal everywhere are left out.'
        : ''),
    description: labels
      .map(
        (label) =>
          `${label}: ${
            verdictOrder
              .map((verdict) => {
                const events = cells
                  .filter((cell) => cell.label === label && cell.verdict === verdict)
                  .map((cell) => cell.event);
                return events.length === 0 ? '' : `${verdict}: ${events.join(', ')}`;
              })
              .filter((text) => text !== '')
              .join('; ') || 'nothing counted'
          }`,
      )
      .join('. '),
    rows: cells.map(({label, event, verdict, ratio}) => ({label, event, verdict, ratio})),
    notes: short ? [] : labels.map((label, i) => `${letter(i)}: ${label}`),
    spec: (width) => draw(cells, labels, short, width),
  };
};

const distinct = (labels: readonly string[]): string[] =>
  labels.map((label, i) =>
    labels.indexOf(label) === i && labels.lastIndexOf(label) === i
      ? label
      : `${label} (${labels.slice(0, i + 1).filter((other) => other === label).length})`,
  );

const cellText = (cell: MatrixCell): string => {
  if (cell.verdict === 'none') return '';
  if (cell.verdict === 'equal') return '=';
  if (cell.verdict === 'unsettled') return '?';
  return cell.ratio === null ? cell.verdict : formatChange(cell.ratio).replace(/\s%$/, '');
};

type Cell = MatrixCell & {readonly text: string};

/**
 * Events run down and comparisons across, so that many events only make it longer; labels that do
 * not fit become letters.
 */
const draw = (
  cells: readonly Cell[],
  labels: readonly string[],
  short: boolean,
  width: number,
): Spec => {
  const events = [...new Set(cells.map((cell) => cell.event))];
  const rows = rowLabels(
    events.map((event) => ({label: event, right: ''})),
    width,
    25,
  );
  const step = Math.floor(
    Math.max(30, Math.min(150, (width - rows.labelsWidth - 4) / labels.length)),
  );
  const domain = [...verdictOrder];
  const names = Object.fromEntries(labels.map((label, i) => [label, short ? label : letter(i)]));
  const x = {
    field: 'label',
    type: 'nominal',
    sort: null,
    title: null,
    axis: {
      orient: 'top',
      domain: false,
      ticks: false,
      labelAngle: 0,
      grid: false,
      labelExpr: `${JSON.stringify(names)}[datum.value]`,
    },
  };
  const y = {field: 'event', type: 'nominal', sort: null, title: null, axis: rows.axis};
  const fill = {
    field: 'verdict',
    type: 'nominal',
    legend: null,
    scale: {domain, range: domain.map((verdict) => colour[looks[verdict].fill])},
  };
  return {
    width: {step},
    height: {step: rows.step},
    data: {values: cells},
    layer: [
      {
        transform: [{filter: "datum.verdict !== 'none'"}],
        mark: {type: 'bar', width: step - 3, height: 22, yOffset: rows.drop, cornerRadius: 2},
        encoding: {x, y, color: fill},
      },
      {
        mark: {
          type: 'text',
          baseline: 'middle',
          dy: rows.drop,
          color: colour.ink,
          fontSize: step < 44 ? 9 : fontSize.label,
        },
        encoding: {x, y, text: {field: 'text'}},
      },
      ...rows.layers(y).slice(0, 1),
    ],
  };
};

/** Whether a column of the narrow picture can hold its name. */
const fit = (labels: readonly string[]): boolean =>
  labels.every(
    (label) =>
      textWidth(label, fontSize.label) <= Math.min(150, (widths.narrow - 4) / labels.length) - 8,
  );

const letter = (i: number): string =>
  i < 26 ? String.fromCharCode(97 + i) : `${letter(Math.floor(i / 26) - 1)}${letter(i % 26)}`;
