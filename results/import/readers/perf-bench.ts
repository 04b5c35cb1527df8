// `perf bench`: usecs/op (lower is better) and ops/sec (higher is better), one run.
import type {ImportRow} from '../../types.ts';
import type {Lines} from '../lines.ts';
import {isDigit} from '../perf-tokens.ts';
import {holdsTable} from '../vocabulary.ts';
import {holdsWord} from '../lines.ts';
import type {Found, Reader} from './reader.ts';
import {claimAll, decimal, linesWith, newNamer, row, shortLine, table} from './reader.ts';

const runningLine = /^\s*(?:#\s*)?Running '?([\w.-]+\/[\w.-]+)'? benchmark/;
const figureLine = new RegExp(
  String.raw`^\s*(\d[\d,]*(?:\.\d+)?)\s+((?:[num]?secs?|usecs|msecs|nsecs|cycles)\/(?:op` +
    String.raw`|byte|[A-Za-z]+)|(?:ops|[KMGT]?B|[KMGT]?bytes|[a-z]+)\/sec)\s*$`,
  'i',
);
const totalLine = /^\s*Total time:?\s+(\d[\d,]*(?:\.\d+)?)\s*\[?(sec|msec|usec)\]?\s*$/;
const averagedLine = new RegExp(
  String.raw`^\s*(?:#\s*)?Averaged (\d[\d,]*(?:\.\d+)?) (operations\/sec` +
    String.raw`|ops\/sec) \(\+- ?([\d.]+)%\)(?:, total secs = ([\d.]+))?`,
);
const tookLine = new RegExp(
  String.raw`^\s*(?:#\s*)?(?:Average|Averaged) ([\w -]{1,60}?) took:? ([\d.]+) ` +
    String.raw`([num]?secs?|usec) \(\+- ?([\d.]+) [num]?secs?\)`,
);
const functionLine = /^\s*#\s*function '([^']{1,80})'/;
/** What it did: its own remark wherever it stands. */
const executedLine = /^\s*#?\s*Executed \d[\d,]* /;
const remarkLine = /^\s*(?:#|Run summary |\[thread )/;

/** The direction of a figure by its unit: per operation less is better, per second more. */
const directionOf = (unit: string): 'higher' | 'lower' =>
  unit.endsWith('/sec') ? 'higher' : 'lower';

/** Of a line without blanks before it; its beginning says which patterns it may have. */
const rowOf = (line: string): ImportRow | null => {
  const figure = isDigit(line.charCodeAt(0)) ? figureLine.exec(line) : null;
  if (figure !== null)
    return row(figure[2], decimal(figure[1]), figure[2], {direction: directionOf(figure[2])});
  const total = line.startsWith('Total') ? totalLine.exec(line) : null;
  if (total !== null) return row('total time', decimal(total[1]), total[2], {direction: 'lower'});
  if (!line.includes('Average')) return null;
  const averaged = averagedLine.exec(line);
  if (averaged !== null)
    return row('ops/sec', decimal(averaged[1]), 'ops/sec', {
      sem: Number(averaged[3]),
      direction: 'higher',
    });
  const took = tookLine.exec(line);
  if (took !== null && Number(took[2]) > 0)
    return row(took[1], Number(took[2]), took[3], {
      sem: (100 * Number(took[4])) / Number(took[2]),
      direction: 'lower',
    });
  return null;
};

/** Lines of one benchmark below its first line. */
const mostBelow = 24;

const readBlock = (lines: Lines, first: number): {last: number; rows: ImportRow[]} => {
  const rows: ImportRow[] = [];
  let last = first;
  // One benchmark may try several functions in turn.
  let tried: string | null = null;
  for (let i = first + 1; i <= last + mostBelow; i++) {
    const line = shortLine(lines, i).trimStart();
    if (line === '') continue;
    if (runningLine.test(line) || holdsTable(line)) break;
    const one = rowOf(line);
    if (line.startsWith('#')) tried = functionLine.exec(line)?.[1] ?? tried;
    if (one !== null) rows.push(tried === null ? one : {...one, event: `${one.event} (${tried})`});
    // A remark below the figures is the next command's, unless more figures follow.
    else if (rows.length > 0 && !executedLine.test(line)) {
      if (remarkLine.test(line)) continue;
      break;
    }
    last = i;
  }
  return {last, rows};
};

export const perfBench: Reader = {
  name: 'perf bench',
  toldBy: "`# Running 'sched/pipe' benchmark:`",
  gives:
    'usecs/op, ops/sec, total time and rates, one run; rows of the perf stat table of the same run, ' +
    'if there is one',
  sniff: (text) => holdsWord(text, 'Running ') && holdsWord(text, ' benchmark'),
  read: (lines) => {
    const nameOf = newNamer(lines);
    const found: Found[] = [];
    for (const first of linesWith(lines, 'Running ')) {
      const head = runningLine.exec(shortLine(lines, first));
      if (head === null) continue;
      const {last, rows} = readBlock(lines, first);
      if (rows.length === 0) continue;
      const label = nameOf(first, last);
      found.push({first, last, table: table('perf bench', {command: head[1], label, rows})});
    }
    return claimAll(lines, found);
  },
  example: [
    "# Running 'sched/pipe' benchmark:",
    '# Executed 1000000 pipe operations between two processes',
    '',
    '     Total time: 2.800 [sec]',
    '',
    '       2.800000 usecs/op',
    '         357142 ops/sec',
  ].join('\n'),
};
