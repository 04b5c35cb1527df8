// criterion (Rust): the interval of the time, and of the change since the run before.
import type {ImportTable, StatedChange} from '../../types.ts';
import type {Lines} from '../lines.ts';
import {holdsWord} from '../lines.ts';
import type {Found, Reader} from './reader.ts';
import {
  claimAll,
  linesWith,
  newNamer,
  row,
  scaled,
  secondsIn,
  shortLine,
  table,
  withFields,
} from './reader.ts';

const value = String.raw`(\d[\d.]*)\s+(ps|ns|µs|μs|us|ms|s)`;
const timeLine = new RegExp(
  String.raw`^\s*(?!(?:\/\/|[#*;%]|--)\s)(\S.*?)?\s*time:\s+\[${value}\s+${value}\s+${value}\]\s*$`,
);
const percent = String.raw`([+−-]?\d[\d.]*)%`;
/** The envelope takes a `>` between blanks for a quote mark: the numbers say which is larger. */
const changeLine = new RegExp(
  String.raw`^\s*(?:change:|time:)\s+\[${percent}\s+${percent}\s+${percent}\]\s*\(p\s*=\s*` +
    String.raw`(\d[\d.]*)\s*[<>]?\s*(\d[\d.]*)\)`,
);
const throughputLine =
  /^\s*thrpt:\s+\[(\d[\d.]*)\s+(\S+)\s+(\d[\d.]*)\s+\S+\s+(\d[\d.]*)\s+\S+\]\s*$/;
const remarkLine = new RegExp(
  String.raw`^\s*(?:Performance has \w+\.|No change in performance detected\.` +
    String.raw`|Change within noise threshold\.|Found \d+ outliers? among \d+ measurements` +
    String.raw`|\d+ \([\d.]+%\) (?:high|low) (?:mild|severe)|change:\s*$|thrpt:.*)`,
);

/** Lines below the time. */
const mostBelow = 10;

const seconds = (digits: string, unit: string): number =>
  scaled(Number(digits), unit === 'ps' ? 1e-12 : secondsIn[unit]);

const ratioOf = (text: string): number => 1 + Number(text.replace('−', '-')) / 100;

const read = (
  lines: Lines,
  at: number,
): {first: number; last: number; tables: ImportTable[]} | null => {
  const time = timeLine.exec(shortLine(lines, at));
  if (time === null) return null;
  let first = at;
  // A long name is alone in the line above.
  let name = time[1] ?? null;
  if (name === null && /^\s*\S+\s*$/.test(shortLine(lines, at - 1))) {
    name = shortLine(lines, at - 1).trim();
    first = at - 1;
  }
  let last = at;
  let stated: (StatedChange & {readonly ratio: number}) | null = null;
  let throughput: RegExpExecArray | null = null;
  for (let i = at + 1; i <= at + mostBelow; i++) {
    const line = shortLine(lines, i);
    const change: RegExpExecArray | null = stated === null ? changeLine.exec(line) : null;
    if (change !== null) {
      const [low, ratio, high]: number[] = change.slice(1, 4).map(ratioOf);
      stated = {
        low,
        ratio,
        high,
        p: Number(change[4]),
        shown: Number(change[4]) < Number(change[5]),
      };
    } else if (throughput === null && throughputLine.test(line))
      throughput = throughputLine.exec(line);
    else if (!remarkLine.test(line)) break;
    last = i;
  }
  const [low, estimate, high] = [2, 4, 6].map((k) => seconds(time[k], time[k + 1]));
  const interval = {of: 'mean' as const, low, high, level: 0.95};
  const figures = row('time', estimate, 'sec', {direction: 'lower', interval});
  const rate =
    throughput === null
      ? []
      : [row('throughput', Number(throughput[3]), throughput[2], {direction: 'higher' as const})];
  const after = table('criterion', {
    command: name,
    rows: [stated === null ? figures : withFields(figures, {stated}), ...rate],
  });
  if (stated === null) return {first, last, tables: [after]};
  const before = table('criterion', {
    command: name,
    label: 'before',
    rows: [row('time', scaled(estimate / stated.ratio, 1), 'sec', {direction: 'lower'})],
    warnings: [
      {
        code: 'derived',
        text: 'criterion does not print the side before: it is the time divided by 1 + the change',
      },
    ],
  });
  return {first, last, tables: [before, {...after, label: 'after'}]};
};

export const criterion: Reader = {
  name: 'criterion',
  toldBy: '`NAME  time:   [low estimate high]`, `change: [low estimate high] (p = …)`',
  gives:
    "the time and the change with criterion's own intervals and p; the side before is " +
    'worked out from the change',
  sniff: (text) => holdsWord(text, 'time:'),
  read: (lines) => {
    const nameOf = newNamer(lines);
    const found: Found[] = [];
    let pair = 0;
    for (const at of linesWith(lines, 'time:')) {
      const one = read(lines, at);
      if (one === null) continue;
      const {first, last, tables} = one;
      const label = nameOf(first, last);
      const isPair = tables.length === 2;
      tables.forEach((each, k) =>
        found.push({
          first,
          last,
          table: isPair
            ? withFields(each, {side: k === 0 ? 'before' : 'after', pair})
            : {...each, label: each.label ?? label},
        }),
      );
      if (isPair) pair++;
    }
    return claimAll(lines, found);
  },
  example: [
    'jit/compile/60k         time:   [5.5000 ms 5.6000 ms 5.7000 ms]',
    '                        change: [+3.9000% +5.7000% +7.5000%] (p = 0.00 < 0.05)',
    '                        Performance has regressed.',
  ].join('\n'),
};
