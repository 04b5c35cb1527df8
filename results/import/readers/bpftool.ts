// bpftool: `prog show` with statistics (time per run, sizes of the images), and `prog profile`
// (counts of all runs of a program).
import type {ImportRow} from '../../types.ts';
import type {Lines} from '../lines.ts';
import {holdsWord} from '../lines.ts';
import type {Found, Reader} from './reader.ts';
import {claimAll, decimal, linesWith, newNamer, row, shortLine, table} from './reader.ts';

const programLine =
  /^\s*\d{1,10}:\s+([a-z_0-9]+)\s+(?:name\s+(\S+)\s+)?(?:tag\s+[0-9a-f]{16}\b)?(.*)$/;
const statistics = /\brun_time_ns (\d{1,20}) run_cnt (\d{1,20})/;
const sizes = /\bxlated (\d{1,10})B(?:\s+jited (\d{1,10})B)?/;
const verified = /\bverified_insns (\d{1,10})\b/;

/** Lines of one program below its first. */
const mostBelow = 6;
const belowLine =
  /^\s*(?:loaded_at|xlated|map_ids|btf_id|pids|metadata|jited|verified_insns|gpl)\b/;

const exactRow = (event: string, digits: string, unit: string): ImportRow => {
  const one = row(event, Number(digits), unit);
  one.exact = true;
  one.direction = 'lower';
  return one;
};

interface Program {
  readonly first: number;
  readonly last: number;
  readonly command: string;
  readonly rows: readonly ImportRow[];
}

const readProgram = (lines: Lines, first: number, head: RegExpExecArray): Program | null => {
  let last = first;
  while (last < first + mostBelow && belowLine.test(shortLine(lines, last + 1))) last++;
  const text = lines.text.slice(
    lines.starts[first + 1] - 1 - head[3].length,
    lines.starts[last + 1],
  );
  const run = statistics.exec(text);
  const size = sizes.exec(text);
  const checked = verified.exec(text);
  const rows: ImportRow[] = [];
  if (run !== null && Number(run[2]) > 0)
    rows.push(
      row('time per run', Number(run[1]) / Number(run[2]), 'ns', {
        direction: 'lower',
        runs: Number(run[2]),
      }),
      row('run_cnt', Number(run[2]), ''),
    );
  if (size !== null) rows.push(exactRow('xlated bytes', size[1], 'B'));
  if (size?.[2] !== undefined) rows.push(exactRow('jited bytes', size[2], 'B'));
  if (checked !== null) rows.push(exactRow('verified-insns', checked[1], ''));
  const command = head[2] === undefined ? head[1] : `${head[1]} ${head[2]}`;
  return rows.length === 0 ? null : {first, last, command, rows};
};

export const bpftoolShow: Reader = {
  name: 'bpftool prog show',
  toldBy: '`379: xdp  name fwd  tag …` with `run_time_ns … run_cnt …`, `xlated …B  jited …B`',
  gives:
    'time per run (a mean without a spread), exact bytes of both images, verified instructions',
  sniff: (text) => holdsWord(text, 'run_cnt') || holdsWord(text, 'xlated '),
  read: (lines) => {
    const nameOf = newNamer(lines);
    const programs: Program[] = [];
    const taken = new Uint8Array(lines.numbers.length);
    for (const word of ['run_time_ns', 'xlated '])
      for (const at of linesWith(lines, word)) {
        if (taken[at] === 1) continue;
        let first = at;
        let head = programLine.exec(shortLine(lines, first));
        // The sizes are in a line below the program's own.
        while (head === null && first > at - 2) head = programLine.exec(shortLine(lines, --first));
        const program =
          head === null || taken[first] === 1 ? null : readProgram(lines, first, head);
        if (program === null) continue;
        programs.push(program);
        taken.fill(1, first, program.last + 1);
      }
    programs.sort((a, b) => a.first - b.first);
    // Programs one below the other share the words above the first.
    return claimAll(
      lines,
      programs.map(({first, last, command, rows}) => {
        const label = nameOf(first, last);
        return {first, last, table: table('bpftool prog show', {command, label, rows})};
      }),
    );
  },
  example: [
    '379: xdp  name fwd  tag 31e86e7ee100aaaa  gpl run_time_ns 30000000 run_cnt 1000000',
    '\txlated 528B  jited 370B  memlock 4096B',
  ].join('\n'),
};

const countLine = /^\s*(\d{1,20})\s+run_cnt\s*$/;
const profileRow = new RegExp(
  String.raw`^\s*(\d[\d,]{0,25})\s+([A-Za-z_][\w.:/-]{0,60})\s*(?:#\s+(-?[\d.]+|nan)\s+` +
    String.raw`([A-Za-z%][^()]{0,60}?))?\s*(?:\((\d+(?:\.\d+)?)%\))?\s*$`,
);
const shellLine = /prog profile\s+(?:id|name|tag|pinned)\s+(\S+)/;
/** Lines above a profile that may hold its command. */
const mostAbove = 3;

/** The command above a profile: its line, and what it names. */
const commandAbove = (lines: Lines, first: number): {at: number; named: string} | null => {
  const {text, starts} = lines;
  const above = text.slice(starts[Math.max(0, first - mostAbove)], starts[first]);
  if (!above.includes('prog profile')) return null;
  for (let at = first - 1; at >= first - mostAbove; at--) {
    const match = shellLine.exec(shortLine(lines, at));
    if (match !== null) return {at, named: match[1]};
  }
  return null;
};

export const bpftoolProfile: Reader = {
  name: 'bpftool prog profile',
  toldBy: '`4000 run_cnt` above rows as of perf stat',
  gives:
    'counts of all runs with their share of time; `operations` = run_cnt, so that counts ' +
    'can be given per run',
  sniff: (text) => holdsWord(text, 'run_cnt'),
  read: (lines) => {
    const nameOf = newNamer(lines);
    const found: Found[] = [];
    let end = -1;
    for (const first of linesWith(lines, 'run_cnt')) {
      const count = first > end ? countLine.exec(shortLine(lines, first)) : null;
      if (count === null) continue;
      // How often it ran is what the others are divided by.
      const rows: ImportRow[] = [row('run_cnt', Number(count[1]), '', {direction: null})];
      let last = first;
      for (let i = first + 1; i < lines.numbers.length; i++) {
        const line = shortLine(lines, i);
        const match = profileRow.exec(line);
        if (match === null || (match[2] === 'run_cnt' && countLine.test(line))) break;
        const [, value, event, metric, unit, running] = match;
        rows.push(
          row(event, decimal(value), '', {
            running: running === undefined ? null : Number(running),
            metric: metric === undefined || metric === 'nan' ? null : Number(metric),
            metricUnit: unit?.trim() ?? null,
          }),
        );
        last = i;
      }
      if (rows.length === 1) continue;
      end = last;
      const command = commandAbove(lines, first);
      const label = nameOf(command?.at ?? first, last);
      found.push({
        first,
        last,
        table: table('bpftool prog profile', {
          command: command === null ? null : `prog ${command.named}`,
          label,
          kind: 'bpf',
          rows,
          operations: {count: Number(count[1]), of: 'run', isRate: false},
        }),
      });
    }
    return claimAll(lines, found);
  },
  example: [
    '          4000 run_cnt',
    '       3400000 cycles                                              (84.08%)',
    '       3536000 instructions   #  1.04 insn per cycle               (84.05%)',
  ].join('\n'),
};
