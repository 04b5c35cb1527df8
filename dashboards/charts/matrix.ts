// Verdict matrix: comparison by event, coloured by verdict, with the change as text; what changed is seen before it is read.
import type {Comparison} from '../../results/types.ts';
import {matrixCells} from '../../results/rows/matrix.ts';
import type {MatrixCell} from '../../results/rows/matrix.ts';
import {textWidth} from '../render/metrics.ts';
import {formatChange} from './format.ts';
import {colour} from './palette.ts';
import {fontSize} from './theme.ts';
import type {Chart, Spec} from './types.ts';
import {isNarrow} from './types.ts';
import {listNames, looks, verdictOrder} from './verdicts.ts';

/** Null where nothing was counted. Labels must differ; a number is added where they do not. */
export const matrix = (comparisons: readonly {readonly label: string; readonly comparison: Comparison}[], name = 'matrix'): Chart | null => {
  const labels = distinct(comparisons.map((one) => one.label));
  const cells = matrixCells(comparisons.map(({comparison}, i) => ({label: labels[i], comparison}))).map((cell) => ({...cell, text: cellText(cell)}));
  if (cells.length === 0) return null;
  const changed = cells.filter((cell) => cell.verdict === 'more' || cell.verdict === 'less');
  const where = [...new Set(changed.map((cell) => cell.label))];
  return {
    name,
    kind: 'matrix',
    title: changed.length === 0 ? `No event changed in ${listNames(labels)}` : `${changed.length} of ${cells.filter((cell) => cell.verdict !== 'none').length} cells changed, in ${listNames(where)}`,
    subtitle: 'Change in per cent where it is shown; = equal within the margin, ? unsettled, empty where it was not counted.',
    description: labels.map((label) => `${label}: ${verdictOrder.map((verdict) => {
      const events = cells.filter((cell) => cell.label === label && cell.verdict === verdict).map((cell) => cell.event);
      return events.length === 0 ? '' : `${verdict}: ${events.join(', ')}`;
    }).filter((text) => text !== '').join('; ') || 'nothing counted'}`).join('. '),
    rows: cells.map(({label, event, verdict, ratio}) => ({label, event, verdict, ratio})),
    spec: (width) => draw(cells, labels, width),
  };
};

const distinct = (labels: readonly string[]): string[] =>
  labels.map((label, i) => (labels.indexOf(label) === i && labels.lastIndexOf(label) === i ? label : `${label} (${labels.slice(0, i + 1).filter((other) => other === label).length})`));

const cellText = (cell: MatrixCell): string => {
  if (cell.verdict === 'none') return '';
  if (cell.verdict === 'equal') return '=';
  if (cell.verdict === 'unsettled') return '?';
  return cell.ratio === null ? cell.verdict : formatChange(cell.ratio).replace(' %', '');
};

type Cell = MatrixCell & {readonly text: string};

/** Events run down and comparisons across, so that long event names stay level and many events only make it longer. */
const draw = (cells: readonly Cell[], labels: readonly string[], width: number): Spec => {
  const narrow = isNarrow(width);
  const events = [...new Set(cells.map((cell) => cell.event))];
  const left = Math.max(...events.map((event) => textWidth(event, narrow ? fontSize.note : fontSize.label))) + 14;
  const room = Math.max(60, width - left - 4);
  const step = Math.max(narrow ? 30 : 64, Math.min(150, room / labels.length));
  const level = labels.every((label) => textWidth(label, fontSize.label) <= step - 8);
  const domain = [...verdictOrder];
  const x = {field: 'label', type: 'nominal', sort: null, title: null, axis: {orient: 'top', domain: false, ticks: false, labelAngle: level ? 0 : -50, labelAlign: level ? 'center' : 'left', grid: false}};
  const y = {field: 'event', type: 'nominal', sort: null, title: null, axis: {labelFontSize: narrow ? fontSize.note : fontSize.label}};
  return {
    width: {step},
    height: {step: 25},
    data: {values: cells},
    layer: [
      {transform: [{filter: "datum.verdict !== 'none'"}], mark: {type: 'rect', stroke: null, xOffset: 1, x2Offset: -1, yOffset: 1, y2Offset: -1, cornerRadius: 2},
        encoding: {x, y, color: {field: 'verdict', type: 'nominal', scale: {domain, range: domain.map((verdict) => colour[looks[verdict].fill])}, legend: null}}},
      {mark: {type: 'text', baseline: 'middle', color: colour.ink, fontSize: step < 44 ? 9 : fontSize.label}, encoding: {x, y, text: {field: 'text'}}},
    ],
  };
};
