// Writes the report folder of measured sessions: its path, and what the page shows.
import {join} from 'node:path';
import {writeReport} from '../../dashboards/page/report-page.ts';
import type {Io} from '../command/command.ts';
import {sessionExtras} from './extras.ts';
import type {Measured} from '../measure/session-types.ts';

/**
 * Writes the page and its charts; returns the path of the page and notes on what it could not do.
 */
export const storeReport = async (
  io: Io,
  store: string,
  measured: readonly Measured[],
  options: {readonly output: string | null; readonly interactive: boolean},
): Promise<{readonly index: string; readonly notes: readonly string[]}> => {
  const outDir =
    options.output ??
    join(store, 'reports', measured.map((one) => one.session.id).at(-1) ?? io.now().toISOString());
  return writeReport({
    sessions: measured,
    outDir,
    interactive: options.interactive,
    extras: await sessionExtras(measured),
  });
};
