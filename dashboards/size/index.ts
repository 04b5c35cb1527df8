// The list of texts of a size report: one line each.
import type {RefusedProgram, SizedProgram, SizeReport} from '../../results/size/types.ts';
import {visibleTexts} from '../../results/visible.ts';
import {sizeCsv} from './csv.ts';
import type {SizeFormat} from './size-formats.ts';
import {sizeMail} from './mail.ts';
import {sizeMarkdown} from './markdown.ts';

/** A report with the programs it is made from. */
export interface SizeDocument {
  readonly report: SizeReport;
  readonly programs: readonly SizedProgram[];
  readonly refused: readonly RefusedProgram[];
}

/** Without a newline at the end. */
export const formatSize = (document: SizeDocument, format: SizeFormat): string => {
  if (format === 'csv') return sizeCsv(document.programs, document.refused);
  const report = visibleTexts(document.report);
  return format === 'markdown' ? sizeMarkdown(report) : sizeMail(report);
};
