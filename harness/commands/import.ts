// jitstat import: any perf stat output (and hyperfine, Go or Google benchmarks) as one JSON
// document, or a summary to read.
import {importSummary} from '../../dashboards/tables/import-summary.ts';
import {importText} from '../../results/import/index.ts';
import type {ImportDocument} from '../../results/types.ts';
import type {Command} from '../command/command.ts';
import {exitCodes, flag} from '../command/command.ts';
import {UserError} from '../../results/error.ts';
import {readInput} from '../input/read-input.ts';

export const command: Command = {
  name: 'import',
  summary: 'read perf stat text, CSV, JSON and -v runs, hyperfine and benchmark results',
  usage: ['import FILE|-', 'import FILE --json'],
  options: {},
  positionals: {least: 1, most: 1, what: 'exactly one file'},
  run: async (io, args) => {
    const [ref] = args.positionals;
    const document = importText(await readInput(io, ref), ref);
    if (flag(args, 'json')) {
      for (const part of jsonParts(document)) io.out(part);
      return exitCodes.done;
    }
    if (document.tables.length === 0) {
      const lines = document.warnings
        .slice(0, 3)
        .map((warning) => warning.text)
        .join('; ');
      throw new UserError(
        `${ref} holds no table jitstat understands${lines === '' ? '' : `: ${lines}`}.`,
        'It reads perf stat text, -x CSV, -j JSON and -v runs, hyperfine JSON, Go and Google benchmarks.',
      );
    }
    io.out(`${importSummary(document)}\n`);
    return exitCodes.done;
  },
};

/** Tables printed at a time: the text of a large file is never held as a whole. */
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
