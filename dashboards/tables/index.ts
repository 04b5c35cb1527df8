// The list of text tables: one line each. A format is a name and a function from a comparison to
// text.
import {UserError} from '../../results/error.ts';
import type {Comparison, ImportTable, Session} from '../../results/types.ts';
import {visibleTexts} from '../../results/visible.ts';
import {benchfmt} from './benchfmt.ts';
import {commitMessage} from './commit-message.ts';
import {csv} from './csv.ts';
import {diff} from './diff.ts';
import {lkp} from './lkp.ts';
import {mail} from './mail.ts';
import {markdown} from './markdown.ts';
import {perf, perfTable as perfTableOf} from './perf.ts';
import {formatSide as sideTableOf} from './side-table.ts';
import type {TableFormatName} from './format-names.ts';
import {tableFormats} from './format-names.ts';
import type {TableFormat, TableOptions} from './types.ts';

const formats: Readonly<Record<TableFormatName, TableFormat>> = {
  mail,
  perf,
  diff,
  lkp,
  markdown,
  benchfmt,
  csv,
  'commit-message': commitMessage,
};

/**
 * The comparison as text, without a newline at the end. Throws UserError for a format that does not
 * exist.
 */
export const formatComparison = (
  comparison: Comparison,
  format: string,
  options: TableOptions = {},
): string => {
  const write = (formats as Readonly<Record<string, TableFormat | undefined>>)[format];
  if (write === undefined)
    throw new UserError(
      `There is no table format '${format}'.`,
      `It is one of: ${tableFormats.join(', ')}.`,
    );
  return write(visibleTexts(comparison), visibleTexts(options));
};

/** An imported table as perf prints it. */
export const perfTable = (table: ImportTable): string => perfTableOf(visibleTexts(table));

/** The figures of a session with one side. */
export const formatSide = (session: Session): string => sideTableOf(visibleTexts(session));

export type {TableOptions} from './types.ts';
