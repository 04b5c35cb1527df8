// npm run corpus: builds the corpus of real programs, loads it into the running kernel, and prints
// what becomes of it. Nothing is attached, nothing stays loaded.
//
//   npm run corpus [-- --every N] [--list]
//
// --every 6 takes each sixth selftest, 0 none; --list names the programs that are not identical.
// Packages of Debian are installed as root unless JITSTAT_NO_INSTALL=1.
import {availableParallelism} from 'node:os';
import {parseArgs} from 'node:util';
import {kernelLoader} from '../programs/kernel.ts';
import {corpusCache, corpusGroups} from './corpus-groups.ts';
import {measureGroup} from './corpus-measure.ts';
import {corpusTable} from './corpus-table.ts';

const main = async (): Promise<void> => {
  const {values} = parseArgs({
    options: {every: {type: 'string', default: '1'}, list: {type: 'boolean', default: false}},
  });
  const every = Number(values.every);
  if (!Number.isInteger(every) || every < 0)
    throw new Error('--every takes a whole number from 0.');
  process.env['JITSTAT_DEEP'] = '1';
  const loader = await kernelLoader();
  if ('missing' in loader) throw new Error(`Programs cannot be loaded here: ${loader.missing}.`);
  const {groups, missing} = await corpusGroups(corpusCache, every, availableParallelism());
  for (const reason of missing) process.stderr.write(`left out: ${reason}\n`);
  const seen = new Set<string>();
  const isSeen = (key: string): boolean => seen.size === seen.add(key).size;
  const rows = groups.map(({name, note, files}) => {
    if (note !== '') process.stderr.write(`${name}: ${note}\n`);
    return measureGroup(name, files, loader.path, isSeen, (done) => {
      if (process.stderr.isTTY) process.stderr.write(`\r${name} ${done}/${files.length} `);
    });
  });
  if (process.stderr.isTTY) process.stderr.write('\n');
  process.stdout.write(`${corpusTable(rows)}\n`);
  if (values.list)
    for (const {different} of rows) for (const line of different) process.stdout.write(`${line}\n`);
};

try {
  await main();
} catch (error) {
  process.stderr.write(`corpus: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 2;
}
