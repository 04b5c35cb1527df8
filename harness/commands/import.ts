// jitstat import: any perf stat output (and hyperfine, Go or Google benchmarks) as one JSON document, or a summary to read.
import {importSummary} from '../../dashboards/tables/import-summary.ts';
import {importText} from '../../results/import/index.ts';
import type {Command} from '../command.ts';
import {exitCodes, flag} from '../command.ts';
import {UserError} from '../../jit/error.ts';
import {readInput} from '../foreign/input.ts';

export const command: Command = {
  name: 'import',
  summary: 'read perf stat text, CSV, JSON and -v runs, hyperfine and benchmark results',
  usage: ['import FILE|-', 'import FILE --json'],
  options: {},
  run: async (io, args) => {
    const [ref, more] = args.positionals;
    if (ref === undefined || more !== undefined) throw new UserError('import takes one file.', 'jitstat import FILE, or - for stdin.');
    const document = importText(await readInput(io, ref), ref);
    if (flag(args, 'json')) {
      io.out(`${JSON.stringify(document)}\n`);
      return exitCodes.done;
    }
    if (document.tables.length === 0) {
      const lines = document.warnings.slice(0, 3).map((warning) => warning.text).join('; ');
      throw new UserError(`${ref} holds no table jitstat understands${lines === '' ? '' : `: ${lines}`}.`, 'It reads perf stat text, -x CSV, -j JSON and -v runs, hyperfine JSON, Go and Google benchmarks.');
    }
    io.out(`${importSummary(document)}\n`);
    return exitCodes.done;
  },
};
