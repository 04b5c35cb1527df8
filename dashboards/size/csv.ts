// A size report for spreadsheets and scripts: one line for each program, refused ones too.
import {sizeSteps} from '../../results/size/types.ts';
import type {RefusedProgram, SizedProgram} from '../../results/size/types.ts';
import {csvCell} from '../../results/visible.ts';

// prettier-ignore
const columns = [
  'file', 'folder', 'program', 'type', 'instructions', 'before', 'after', 'change', 'ratio',
  ...sizeSteps.flatMap((step) => [`before_${step}`, `after_${step}`]),
  'refused_by', 'reason',
].map((name) => name.replaceAll(' ', '_'));

type Cells = readonly (string | number | undefined)[];

export const sizeCsv = (
  programs: readonly SizedProgram[],
  refused: readonly RefusedProgram[],
): string =>
  [columns, ...programs.map(sized), ...refused.map(refusedRow)]
    .map((cells: Cells) => cells.map(csvCell).join(','))
    .join('\n');

// prettier-ignore
const sized = ({file, folder, program, type, instructions, before, after}: SizedProgram): Cells => [
  file, folder, program, type, instructions,
  before.bytes, after.bytes, after.bytes - before.bytes, after.bytes / before.bytes,
  ...sizeSteps.flatMap((step) => [before.steps?.[step], after.steps?.[step]]),
  '', '',
];

const refusedRow = ({file, program, by, reason}: RefusedProgram): Cells => {
  const blanks = Array.from({length: columns.length - 5}, () => undefined);
  return [file, undefined, program, ...blanks, by, reason];
};
