// One side only: the figures of a `run` session, as a table of 72 columns.
import type {Session} from '../../results/types.ts';
import {ascii, fit, mailWidth, wrap} from './ascii.ts';
import {short} from './figures.ts';
import {plural} from '../../results/wording.ts';
import {hostText} from './header.ts';

/**
 * Median, mean and standard error of each event, and what could not be counted; without a newline
 * at the end.
 */
export const formatSide = (session: Session): string => {
  const runs = Math.max(0, ...session.summary.map(({stats}) => stats.n ?? 0));
  const subject = session.workload ?? session.before.command ?? session.before.label;
  const shares = session.summary.map(({stats}) => stats.running).filter((share) => share !== null);
  const least = shares.length === 0 ? null : Math.min(...shares);
  const line = (name: string, cells: readonly string[]): string =>
    `${name.padEnd(27)} ${cells.map((cell) => cell.padStart(10)).join(' ')}`.trimEnd();
  return [
    ascii(`${fit(subject, 48)}: ${fit(session.before.variant ?? session.before.label, 20)}`),
    `${plural(runs, 'run')}, one side only` +
      (least === null || least > 0.9995
        ? ''
        : `; each event counted ${(100 * least).toFixed(0)} % of the time or more`),
    hostText(session),
    line('event', ['median', 'mean', '+-sem', '+-sd']),
    ...session.summary.flatMap(({event, unit, stats}) => {
      const name = ascii(unit === '' ? event : `${event} (${unit})`);
      const cells = [short(stats.median), short(stats.mean), short(stats.sem), short(stats.sd)];
      return name.length <= 27 ? [line(name, cells)] : [fit(name, mailWidth), line('', cells)];
    }),
    ...session.notCounted.flatMap(({event, reason}) =>
      wrap(`${event} (${reason})`, 'not counted: ', '  '),
    ),
    ...session.warnings.flatMap((warning) => wrap(warning.text, '! ', '  ')),
  ].join('\n');
};
