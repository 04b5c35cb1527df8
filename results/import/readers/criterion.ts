// criterion (Rust): the interval of the time, and of the change since the run before.
import type {ImportRow, StatedChange} from '../../types.ts';
import type {Lines} from '../lines.ts';
import {holdsWord} from '../lines.ts';
import {wordAt} from '../repeated-words.ts';
import type {Found, Reader} from './reader.ts';
import {claimAll, linesWith, newNamer, row, scaled, secondsIn, shortLine, table} from './reader.ts';

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

const ratioOf = (text: string): number =>
  1 + Number(text.startsWith('−') ? `-${text.slice(1)}` : text) / 100;

const derived = [
  {
    code: 'derived',
    text: 'criterion does not print the side before: it is the time divided by 1 + the change',
  },
];

/** What criterion prints of one benchmark. */
interface Block {
  readonly first: number;
  readonly last: number;
  readonly name: string | null;
  readonly rows: readonly ImportRow[];
  /** The row before, if the change is printed. */
  readonly before: ImportRow | null;
}

const readBlock = (lines: Lines, at: number): Block | null => {
  const time = timeLine.exec(shortLine(lines, at));
  if (time === null) return null;
  let first = at;
  // A long name is alone in the line above.
  let name = time[1] === undefined ? null : wordAt(time[1], 0, time[1].length);
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
      const [, low, ratio, high, p, limit]: string[] = change;
      stated = {
        low: ratioOf(low),
        ratio: ratioOf(ratio),
        high: ratioOf(high),
        p: Number(p),
        shown: Number(p) < Number(limit),
      };
    } else if (throughput === null && throughputLine.test(line))
      throughput = throughputLine.exec(line);
    else if (!remarkLine.test(line)) break;
    last = i;
  }
  const estimate = seconds(time[4], time[5]);
  const [low, high] = [seconds(time[2], time[3]), seconds(time[6], time[7])];
  const rows = [
    row('time', estimate, 'sec', {
      direction: 'lower',
      interval: {of: 'mean', low, high, level: 0.95},
      stated: stated ?? undefined,
    }),
  ];
  if (throughput !== null)
    rows.push(row('throughput', Number(throughput[3]), throughput[2], {direction: 'higher'}));
  const before =
    stated === null
      ? null
      : row('time', scaled(estimate / stated.ratio, 1), 'sec', {direction: 'lower'});
  return {first, last, name, rows, before};
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
      const block = readBlock(lines, at);
      if (block === null) continue;
      const {first, last, name: command, rows, before} = block;
      const [label, format] = [nameOf(first, last), 'criterion'];
      if (before === null) {
        found.push({first, last, table: table(format, {command, label, rows})});
        continue;
      }
      const sides = [
        {command, label: 'before', rows: [before], side: 'before', pair, warnings: derived},
        {command, label: 'after', rows, side: 'after', pair, warnings: undefined},
      ] as const;
      for (const side of sides) found.push({first, last, table: table(format, side)});
      pair++;
    }
    return claimAll(lines, found);
  },
  example: [
    'jit/compile/60k         time:   [5.5000 ms 5.6000 ms 5.7000 ms]',
    '                        change: [+3.9000% +5.7000% +7.5000%] (p = 0.00 < 0.05)',
    '                        Performance has regressed.',
  ].join('\n'),
};
