// Several comparisons with one command at a glance: one line each, with the verdict of the event
// that the gate uses.
import type {Session} from '../../results/types.ts';
import {visibleTexts} from '../../results/visible.ts';
import {ascii, fit, wrap} from './ascii.ts';
import {rowName} from './facts.ts';
import {rowLines} from './mail.ts';

/**
 * Sessions that share their before side. The event is named once, so that a line has room for the
 * command.
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
    ...lines.flatMap(({after, row}) => rowLines(row, row.verdict, ascii(after.label))),
    ...wrap(
      `verdicts are corrected over all ${sessions.length} comparisons together; each has its own ` +
        'runs of the first command, interleaved with it',
      '',
      '  ',
    ),
  ].join('\n');
};
