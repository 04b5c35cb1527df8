// Several comparisons with one command at a glance: a line each, with the verdict of the event the
// gate looks at.
import type {Session} from '../../results/types.ts';
import {visibleTexts} from '../../results/visible.ts';
import {ascii, fit, wrap} from './ascii.ts';
import {changeCell, figurePair, intervalCell} from './figures.ts';
import {rowName} from './facts.ts';

const nameWidth = 25;

/**
 * Sessions that share their before side. The event's name is said once, so that a line has room for
 * the command's.
 */
export const familyTable = (sessions: readonly Session[]): string => {
  const lines = sessions.map(visibleTexts).flatMap(({before, after, comparison}) => {
    const row = comparison?.rows.find((one) => one.primary);
    return row === undefined || after === null ? [] : [{before, after, row}];
  });
  const [first] = lines;
  if (first === undefined) return '';
  return [
    '',
    fit(`all against ${ascii(first.before.label)}: ${rowName(first.row)}`, 72),
    ...lines.map(({after, row}) => {
      const [was, is] = figurePair(row);
      return (
        `${fit(ascii(after.label), nameWidth).padEnd(nameWidth)} ${was.padStart(9)} ` +
        `${is.padStart(9)} ${changeCell(row).padStart(8)} ${intervalCell(row).padStart(7)} ` +
        row.verdict
      );
    }),
    ...wrap(
      `verdicts are corrected over all ${sessions.length} comparisons together; each has its own ` +
        'runs of the first command, interleaved with it',
      '',
      '  ',
    ),
  ].join('\n');
};
