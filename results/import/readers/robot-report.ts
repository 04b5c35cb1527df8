// Reports of the kernel test robot: %stddev of one run, %change, the metric last; two or more
// commits.
import type {ImportRow, ImportTable} from '../../types.ts';
import type {Lines} from '../lines.ts';
import type {Found, Reader} from './reader.ts';
import {headerSigns, ownHeader} from '../own-tables.ts';
import {holdsWord} from '../lines.ts';
import {claimAll, linesWith, row, shortLine, table} from './reader.ts';
import type {Row} from './robot-rows.ts';
import {headLine, rowsBelow, ruleLine, shapeOf} from './robot-rows.ts';

const commitLine = /^\s*([0-9a-f]{8,40}|v?\d+\.\d[\w.-]*)\s+(\(.+\)|<-+.*)\s*$/;
const hashesLine = /^\s*[0-9a-f]{8,40}(?:\s+[0-9a-f]{8,40})+\s*$/;
/** Spreads below this are left out, in percent of the mean. */
const leastSpread = 2;

const rowsOf = (rows: readonly Row[], column: number, about: About | null): ImportRow[] => {
  const hasSpreads = rows.some(({values}) => values.some(({percent}) => percent !== null));
  return rows.map((one) => {
    const {event, isShare, values} = one;
    const {mean, percent} = values[column];
    const made = row(event, mean, isShare ? '%' : '');
    if (percent !== null) made.sd = (percent / 100) * Math.abs(mean);
    else if (hasSpreads) made.sdAtMost = (leastSpread / 100) * Math.abs(mean);
    if (isShare) made.isShare = true;
    if (about?.name === event) made.direction = directionOf(one, about);
    return made;
  });
};

interface Commit {
  readonly id: string;
  readonly title: string;
}

/** Lines above the head that may hold the commits and what was run. */
const mostAbove = 60;
/** How many runs failed: `:6  17%  1:6  dmesg.WARNING`, with a head of its own. */
const failureLine = /^\s*(?:\d*:\d+\s+-?\d+%\s+\d*:\d+\s+\S|fail:runs\s)/;

/** The commits above the head, and the line where the report begins. */
const commitsAbove = (
  lines: Lines,
  head: number,
): {commits: Commit[]; first: number; test: string | null; failures: number[]} => {
  let first = head;
  const commits: Commit[] = [];
  let hashes: string[] = [];
  let test: string | null = null;
  const failures: number[] = [];
  for (let i = head - 1; i >= Math.max(0, head - mostAbove); i--) {
    const line = shortLine(lines, i);
    if (ruleLine.test(line)) {
      first = i;
      continue;
    }
    const commit = commitLine.exec(line);
    if (hashes.length === 0 && hashesLine.test(line)) hashes = line.trim().split(/\s+/);
    else if (commit !== null)
      commits.unshift({id: commit[1], title: commit[2].replace(/^\("?|"?\)$/g, '')});
    else if (/^\s*commit:\s*$/.test(line)) {
      first = i;
      // The line above says what was run: values of the parameters, parted by slashes.
      for (let k = i - 1; k >= Math.max(0, i - 3); k--) {
        const words = shortLine(lines, k).trim();
        if (words === '') continue;
        if (/^[^\s/]+(?:\/[^\s/]+){2,}$/.test(words)) test = words;
        break;
      }
      break;
    } else if (failureLine.test(line)) failures.push(...(/\d/.test(line) ? [i] : []));
    else break;
    first = i;
  }
  return {
    commits: commits.length > 0 ? commits : hashes.map((id) => ({id, title: ''})),
    first,
    test,
    failures,
  };
};

/** Lines above a report that say which metric it is about. */
const mostWords = 60;
const aboutWords = ['regression', 'improvement', 'increase', 'decrease'];
const aboutLine = new RegExp(String.raw`\b(${aboutWords.join('|')}) of (\S+?):?(?:\s|$)`);

/** Whether lines `from` up to but not including `to` hold one of the words. */
const holdsAny = (
  {text, starts}: Lines,
  from: number,
  to: number,
  words: readonly string[],
): boolean => {
  const part = text.slice(starts[Math.max(0, from)], starts[to]);
  return words.some((word) => part.includes(word));
};

/** The metric of a report, and whether the robot calls its change good or bad. */
interface About {
  readonly name: string;
  readonly word: string;
}

/** `noticed a 12.4% regression of NAME on:`, also broken before the name. */
const metricAbove = (lines: Lines, first: number, headAbove: number): About | null => {
  if (!holdsAny(lines, Math.max(headAbove, first - mostWords), first, aboutWords)) return null;
  const words: string[] = [];
  for (let i = first - 1; i >= Math.max(0, first - mostWords); i--) {
    const line = shortLine(lines, i).trim();
    if (headLine.test(line)) break;
    words.unshift(line);
  }
  const found = aboutLine.exec(words.join(' '));
  return found === null ? null : {name: found[2], word: found[1]};
};

/** Less of a metric that is better higher is a regression. */
const directionOf = ({values}: Row, {word}: About): 'higher' | 'lower' | null => {
  if (word !== 'regression' && word !== 'improvement') return null;
  const hasGrown = values[values.length - 1].mean > values[0].mean;
  return hasGrown === (word === 'improvement') ? 'higher' : 'lower';
};

const readReport = (
  lines: Lines,
  head: number,
  pair: number,
  headAbove: number,
): {found: Found[]; last: number; lost: readonly number[]} => {
  const {columns, form} = shapeOf(shortLine(lines, head));
  const {commits, first, test, failures} = commitsAbove(lines, head);
  const about = metricAbove(lines, first, headAbove);
  const {rows, last, foreign, ...below} = rowsBelow(lines, head, form);
  const unread = [...failures, ...below.unread];
  if (rows.length === 0) return {found: [], last, lost: unread};
  const tableFor = (column: number): ImportTable => {
    const commit = commits[column];
    const name = column === 0 ? 'before' : 'after';
    return table('robot report', {
      command: test,
      label: commit === undefined ? name : `${commit.id} ${commit.title}`.trim(),
      rows: rowsOf(rows, column, about),
      side: name,
      pair,
      about: about?.name,
    });
  };
  const found: Found[] = [{first, last, table: tableFor(0), foreign, unread}];
  for (let column = 1; column < columns; column++)
    found.push({first, last, table: tableFor(column), foreign});
  return {last, lost: [], found};
};

/** Lines above the head of our own report that say its runs. */
const mostOwn = 6;
const isOurs = (lines: Lines, head: number): boolean =>
  holdsAny(lines, head - mostOwn, head, headerSigns) &&
  Array.from({length: mostOwn}, (_one, k) => shortLine(lines, head - 1 - k)).some((line) =>
    ownHeader.test(line),
  );

export const robotReport: Reader = {
  name: 'robot report',
  toldBy: '`%stddev  %change  %stddev` under two commits',
  gives:
    'both sides of every row; ± is the sd of one run in percent, left out below 2 %; changes ' +
    'without % are points of a share; n is not printed',
  sniff: (text) => holdsWord(text, '%stddev'),
  read: (lines) => {
    const found: Found[] = [];
    /** Rows of reports none of whose rows was understood. */
    const lost: number[] = [];
    let end = -1;
    let pair = 0;
    let headAbove = 0;
    for (const head of linesWith(lines, '%stddev')) {
      if (head <= end || !headLine.test(shortLine(lines, head))) continue;
      if (isOurs(lines, head)) continue;
      const report = readReport(lines, head, pair++, headAbove);
      headAbove = head;
      found.push(...report.found);
      for (const i of report.lost) lost.push(i);
      end = report.last;
    }
    return claimAll(lines, found, lost);
  },
  example: [
    'commit: ',
    '  aaaa1111bb ("mm: first thing")',
    '  cccc2222dd ("mm: second thing")',
    '',
    'aaaa1111bb3344ff cccc2222dd55667788990011223 ',
    '---------------- --------------------------- ',
    '         %stddev     %change         %stddev',
    '             \\          |                \\  ',
    '     62500            -10.0%      56250        will-it-scale.per_process_ops',
    '     21000 ± 40%     +50.0%      31500 ± 25%  numa-meminfo.node0.Shmem',
    '      0.37            +1.9        2.27        mpstat.cpu.all.soft%',
  ].join('\n'),
};
