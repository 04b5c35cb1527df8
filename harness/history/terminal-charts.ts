// On a terminal, the nights of a series as a line of block characters; a pipe or a file gets the
// text alone.
import {terminalHistory, terminalUnicode} from '../../dashboards/render/terminal.ts';
import type {HistorySeries} from '../../results/history/index.ts';
import type {Session} from '../../results/types.ts';
import type {Io} from '../command/command.ts';

/** A chart needs at least this many nights. */
const fewestPoints = 3;

/** Charts of the time and of each series with a change point; empty if stdout is not a terminal. */
export const terminalCharts = (
  io: Pick<Io, 'env' | 'outIsTerminal'>,
  series: readonly HistorySeries[],
): string =>
  !io.outIsTerminal
    ? ''
    : series
        .filter(
          ({points, changes, event}) =>
            points.length >= fewestPoints && (changes.length > 0 || event === 'task-clock'),
        )
        .map((one) => `${terminalHistory(one, {columns: 72, unicode: terminalUnicode(io.env)})}\n`)
        .join('');

/** The series measured tonight: the ratio of two sides, or the level of one. */
export const seriesOfTonight = (
  series: readonly HistorySeries[],
  sessions: ReadonlyMap<string, Session>,
): HistorySeries[] =>
  series.filter(({points, measure}) => {
    const session = sessions.get(points.at(-1)?.session ?? '');
    return session !== undefined && (measure === 'ratio') === (session.comparison !== null);
  });
