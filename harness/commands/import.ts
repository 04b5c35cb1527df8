// jitstat import: any output of perf stat and of the benchmarks in docs/formats.md, as one JSON
// document or as a summary to read.
import {importSummaryParts} from '../../dashboards/tables/import-summary.ts';
import {importText} from '../../results/import/index.ts';
import type {ImportDocument} from '../../results/types.ts';
import type {Command} from '../command/command.ts';
import {exitCodes, flag} from '../command/command.ts';
import {UserError} from '../../results/error.ts';
import {readInput} from '../input/read-input.ts';
import {table} from '../usage/import.ts';

export const command: Command = {
  ...table,
  run: async (io, args) => {
    const [ref] = args.positionals;
    const document = importText(await readInput(io, ref), ref);
    // An empty document is a document too: it is printed before the command says that it failed.
    if (flag(args, 'json')) for (const part of jsonParts(document)) io.out(part);
    if (document.tables.length === 0) throw nothingRead(document, ref);
    if (flag(args, 'json')) return exitCodes.done;
    for (const part of importSummaryParts(document)) io.out(part);
    io.out('\n');
    return exitCodes.done;
  },
};

const nothingRead = ({warnings}: ImportDocument, ref: string): UserError => {
  const lines = warnings
    .slice(0, 3)
    .map((warning) => warning.text)
    .join('; ');
  return new UserError(
    `${ref} holds no table jitstat understands${lines === '' ? '' : `: ${lines}`}.`,
    'docs/formats.md lists what it reads: perf stat as text, CSV, JSON and -v, and the outputs of ' +
      'other benchmarks.',
  );
};

/** Tables printed at a time, so that the text of a large file is never held as a whole. */
const atOnce = 1000;

/** The document as JSON, in parts to be printed one after the other. */
const jsonParts = function* ({
  schema,
  source,
  tables,
  warnings,
}: ImportDocument): Generator<string> {
  yield `{"schema":${JSON.stringify(schema)},"source":${JSON.stringify(source)},"tables":[`;
  for (let at = 0; at < tables.length; at += atOnce)
    yield `${at === 0 ? '' : ','}${JSON.stringify(tables.slice(at, at + atOnce)).slice(1, -1)}`;
  yield `],"warnings":${JSON.stringify(warnings)}}\n`;
};
