// npm run corpus: builds the corpus of real programs, loads it into the running kernel, and prints
// the results. Nothing is attached, and nothing stays loaded.
//
//   npm run corpus [-- --packets | --own] [--every N] [--list]
//
// Without --packets it compares v618's code with the kernel's; with it, it plays the packet
// programs on every standard packet, in the user shim and by the kernel's test runs. With --own
// jitstat reads the objects itself, and the kernel is not asked. --every 6
// takes every sixth selftest, 0 none; --list names the programs that are not identical, or not
// equal. Debian packages are installed if root, unless JITSTAT_NO_INSTALL=1.
import {availableParallelism} from 'node:os';
import {parseArgs} from 'node:util';
import {kernelLoader} from '../programs/kernel.ts';
import {buildShim} from '../shim/build-shim.ts';
import {corpusCache, corpusGroups} from './corpus-groups.ts';
import type {CorpusGroup} from './corpus-groups.ts';
import {measureGroup} from './corpus-measure.ts';
import {ownTable} from './corpus-own.ts';
import {corpusTable} from './corpus-table.ts';
import {playCorpus} from './packet-corpus.ts';
import {packetList, packetTable} from './packet-table.ts';

const main = async (): Promise<void> => {
  const {values} = parseArgs({
    options: {
      every: {type: 'string', default: '1'},
      list: {type: 'boolean', default: false},
      own: {type: 'boolean', default: false},
      packets: {type: 'boolean', default: false},
    },
  });
  const every = Number(values.every);
  if (!Number.isInteger(every) || every < 0)
    throw new Error('--every takes a whole number from 0.');
  process.env['JITSTAT_DEEP'] = '1';
  const loader = await kernelLoader();
  if ('missing' in loader && !values.own)
    throw new Error(`Programs cannot be loaded here: ${loader.missing}.`);
  const {groups, missing} = await corpusGroups(corpusCache, every, availableParallelism());
  for (const reason of missing) process.stderr.write(`left out: ${reason}\n`);
  for (const {name, note} of groups) if (note !== '') process.stderr.write(`${name}: ${note}\n`);
  const {text, list} = values.own
    ? {text: ownTable(groups), list: []}
    : values.packets
      ? await packetReport(groups)
      : codeReport(groups, 'path' in loader ? loader.path : '');
  if (process.stderr.isTTY) process.stderr.write('\n');
  process.stdout.write(`${text}\n`);
  if (values.list) for (const line of list) process.stdout.write(`${line}\n`);
};

interface Report {
  readonly text: string;
  /** The lines that `--list` adds. */
  readonly list: readonly string[];
}

const codeReport = (groups: readonly CorpusGroup[], loader: string): Report => {
  const seen = new Set<string>();
  const isSeen = (key: string): boolean => seen.size === seen.add(key).size;
  const rows = groups.map(({name, files}) =>
    measureGroup(name, files, loader, isSeen, (done) => progress(name, done, files.length)),
  );
  return {text: corpusTable(rows), list: rows.flatMap(({different}) => different)};
};

const packetReport = async (groups: readonly CorpusGroup[]): Promise<Report> => {
  const shims = {testRuns: await buildShim('test-runs'), user: await buildShim('user')};
  const rows = await playCorpus(groups, shims, progress);
  return {text: packetTable(rows), list: packetList(rows)};
};

const progress = (group: string, done: number, of: number): void => {
  if (process.stderr.isTTY) process.stderr.write(`\r${group} ${done}/${of} `);
};

try {
  await main();
} catch (error) {
  process.stderr.write(`corpus: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 2;
}
