// What perf record saw and what it changed, as text and as data.
import {shellWord} from '../../results/shell-word.ts';
import type {Recorded} from './perf-record.ts';
import {perfMap} from './perf-record.ts';

/**
 * Where the samples are, the command that shows them by name, and each event with and without
 * recording.
 */
export const observerTable = ({
  event,
  file,
  mapFile,
  pid,
  runs,
  inImage,
  outside,
  observed,
}: Recorded): string =>
  [
    '',
    `${inImage} samples of ${event} in the image, ${outside} in the shim's loop and ` +
      'helpers; the observer effect,',
    `medians of ${runs} runs under perf stat alone and ${runs} also under perf record, in turn:`,
    '',
    line(['event', 'alone', 'recorded', 'ratio']),
    ...observed.map((row) =>
      line([
        row.event,
        rounded(row.alone),
        rounded(row.recorded),
        row.ratio === null ? '-' : row.ratio.toFixed(4),
      ]),
    ),
    '',
    'by function (perf takes names of code without a file from there alone):',
    `  cp ${shellWord(mapFile)} ${perfMap(pid)}; perf report -i ${shellWord(file)}`,
    '',
  ].join('\n');

/** Without the samples of each instruction, which its line shows. */
export const recordedDocument = ({samples: _samples, ...document}: Recorded) => document;

const line = (cells: readonly string[]): string =>
  `  ${cells[0].padEnd(24)}${cells
    .slice(1)
    .map((cell) => cell.padStart(16))
    .join('')}`;

const rounded = (value: number): string =>
  Number.isInteger(value) ? String(value) : value.toFixed(2);
