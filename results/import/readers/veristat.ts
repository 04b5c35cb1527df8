// veristat: verified instructions and states of BPF programs, as text, as CSV, and two runs next to
// each other (`-C`). The counts are exact.
import type {ImportRow, ImportTable, SideName} from '../../types.ts';
import type {Lines} from '../lines.ts';
import {holdsWord} from '../lines.ts';
import {remembered} from '../repeated-words.ts';
import type {Found, Reader} from './reader.ts';
import {claimAll, linesWith, newNamer, row, shortLine, table} from './reader.ts';

/** Names of columns, in text and in CSV, and the events they become. */
// prettier-ignore
const columnNames: Readonly<Record<string, string>> = {
  'file': 'file', 'file_name': 'file', 'program': 'program', 'prog_name': 'program', 'verdict': 'verdict',
  'insns': 'verified-insns', 'total insns': 'verified-insns', 'total_insns': 'verified-insns',
  'states': 'states', 'total states': 'states', 'total_states': 'states',
  'peak states': 'peak-states', 'peak_states': 'peak-states',
  'max states per insn': 'max-states-per-insn', 'max_states_per_insn': 'max-states-per-insn',
  'mark read max len': 'mark-read-max-len', 'mark_read_max_len': 'mark-read-max-len',
  'stack': 'stack', 'stack depth': 'stack', 'program size': 'program-size', 'prog_size': 'program-size',
  'jited size': 'jited-size', 'jited_size': 'jited-size', 'size': 'program-size',
  'duration (us)': 'duration', 'duration, us': 'duration', 'duration': 'duration',
  'total duration (us)': 'duration',
  'memory peak (mib)': 'memory-peak', 'memory_peak': 'memory-peak',
  'attach type': 'attach-type', 'attach_type': 'attach-type',
  'program type': 'program-type', 'prog_type': 'program-type',
};
const units: Readonly<Record<string, string>> = {
  duration: 'us',
  'memory-peak': 'MiB',
  'program-size': 'insns',
  'jited-size': 'B',
};
const isWord = (name: string): boolean =>
  /^(?:file|program|verdict|attach-type|program-type)$/.test(name);
const notExact = new Set(['duration', 'memory-peak']);

interface Program {
  readonly line: number;
  readonly file: string | null;
  readonly program: string | null;
  readonly verdict: string | null;
  readonly rows: readonly ImportRow[];
}

const number = (cell: string): number | null =>
  /^-?\d+(?:\.\d+)?$/.test(cell) ? Number(cell) : null;

/** Which cells of a line are the names of a program, and which its figures. */
interface Columns {
  readonly names: readonly (number | undefined)[];
  readonly figures: readonly {
    readonly name: string;
    readonly at: number;
    readonly more: Partial<ImportRow>;
  }[];
}

const eventOf = (column: string): string =>
  columnNames[column.toLowerCase()] ?? column.toLowerCase();

/** Of the cells' names; the last cell of a name holds. */
const columnsOf = (cells: readonly (readonly [name: string, at: number])[]): Columns => {
  const all = new Map(cells);
  return {
    names: ['file', 'program', 'verdict'].map((name) => all.get(name)),
    figures: [...all].flatMap(([name, at]) => {
      const exact = notExact.has(name) ? {} : {exact: true as const};
      return isWord(name) ? [] : [{name, at, more: {direction: 'lower' as const, ...exact}}];
    }),
  };
};

const programOf = (line: number, cells: readonly string[], columns: Columns): Program => {
  const [file, program, verdict] = columns.names.map((at) => (at === undefined ? null : cells[at]));
  const rows = columns.figures.map(({name, at, more}) =>
    row(name, number(cells[at]), units[name] ?? '', more),
  );
  return {line, file, program, verdict, rows};
};

const tableOf = (
  {file, program, verdict, rows}: Program,
  more: {readonly label: string | null; readonly side?: SideName; readonly pair?: number},
): ImportTable =>
  table('veristat', {
    command: [file, program].filter((part) => part !== null).join('/'),
    rows,
    ...(verdict === null ? {} : {outcome: verdict}),
    ...more,
  });

const separator = /^[\s|]*-{3,}(?:[\s|]+-{3,})+[\s|]*$/;
/** A column of two runs: `Insns (A)`, `Insns (B)`, `Insns     (DIFF)`. */
const sidedName = Object.keys(columnNames)
  .sort((a, b) => b.length - a.length)
  .map((name) => name.replace(/[()]/g, String.raw`\$&`))
  .join('|');
const sided = new RegExp(String.raw`(?<![\w,])(${sidedName})\s+\((A|B|DIFF)\)`, 'gi');

/** Words of a line; the change and its per cent are one: `-400 (-10.00%)`. */
const wordsOf = (line: string): string[] =>
  line
    .replaceAll('|', ' ')
    .trim()
    .replace(/([+-]\d[\d.]*)\s+(\([+-]?[\d.]+%\))/g, '$1$2')
    .split(/\s+/);

interface PairHead {
  readonly words: number;
  readonly before: Columns;
  readonly after: Columns;
}

/** The columns of two runs, by their head line. */
const pairHead = remembered((title): PairHead => {
  const columns = [...title.matchAll(sided)];
  const leads = title
    .slice(0, columns[0]?.index ?? -1)
    .trim()
    .split(/\s+/)
    .map(eventOf);
  const side = (wanted: string): Columns =>
    columnsOf([
      ...leads.map((name, k) => [name, k] as const),
      ...columns.flatMap(([, name, of], k) =>
        of === wanted ? [[eventOf(name.trim()), leads.length + k] as const] : [],
      ),
    ]);
  return {words: leads.length + columns.length, before: side('A'), after: side('B')};
});

/** A table of two runs from its head line on. */
const readPairs = (
  lines: Lines,
  head: number,
  firstPair: number,
): {found: Found[]; last: number} => {
  const columns = pairHead(shortLine(lines, head));
  const found: Found[] = [];
  let pair = firstPair;
  let last = head;
  for (let i = head + 1; i < lines.numbers.length && i <= last + 1; i++) {
    const line = shortLine(lines, i);
    if (separator.test(line)) {
      last = i;
      continue;
    }
    const words = wordsOf(line);
    if (words.length !== columns.words) break;
    const before = programOf(i, words, columns.before);
    const after = programOf(i, words, columns.after);
    if (![...before.rows, ...after.rows].some(({value}) => value !== null)) break;
    const first = found.length === 0 ? head : i;
    found.push(
      {first, last: i, table: tableOf(before, {label: 'A', side: 'before', pair})},
      {first, last: i, table: tableOf(after, {label: 'B', side: 'after', pair})},
    );
    pair++;
    last = i;
  }
  return {found, last};
};

/** The table of one run: names over a separator, a line a program. */
const readSingle = (
  lines: Lines,
  head: number,
  nameOf: (first: number, last: number) => string | null,
): {found: Found[]; last: number} => {
  // The width of the separator's pieces says where columns begin.
  const rule = shortLine(lines, head + 1);
  const title = shortLine(lines, head);
  const names = title
    .replaceAll('|', ' ')
    .trim()
    .split(/\s{2,}/)
    .map((name, k) => [eventOf(name), k] as const);
  const columns = columnsOf(names);
  const found: Found[] = [];
  if (!separator.test(rule)) return {found, last: head};
  const programs: Program[] = [];
  let last = head + 1;
  for (let i = head + 2; i < lines.numbers.length && i <= last + 1; i++) {
    const line = shortLine(lines, i);
    if (separator.test(line)) {
      last = i;
      continue;
    }
    const cells = wordsOf(line);
    if (cells.length !== names.length) break;
    const program = programOf(i, cells, columns);
    if (!program.rows.some(({value}) => value !== null)) break;
    programs.push(program);
    last = i;
  }
  if (programs.length === 0) return {found, last: head};
  if (/^\s*Done\. Processed /.test(shortLine(lines, last + 1))) last++;
  const label = nameOf(head, last);
  programs.forEach((program, k) =>
    found.push({
      first: k === 0 ? head : program.line,
      last: k === programs.length - 1 ? last : program.line,
      table: tableOf(program, {label}),
    }),
  );
  return {found, last};
};

/** CSV of one run, or of two (`total_insns_base`, `total_insns_comp`, `total_insns_diff`). */
const readCsv = (
  lines: Lines,
  head: number,
  firstPair: number,
  nameOf: (first: number, last: number) => string | null,
): {found: Found[]; last: number} => {
  const names = shortLine(lines, head).trim().split(',');
  const found: Found[] = [];
  const programs: {line: number; cells: string[]}[] = [];
  let last = head;
  for (let i = head + 1; i < lines.numbers.length && i === last + 1; i++) {
    const cells = shortLine(lines, i).trim().split(',');
    if (cells.length !== names.length) break;
    programs.push({line: i, cells});
    last = i;
  }
  if (programs.length === 0) return {found, last: head};
  const isTwo = names.some((name) => name.endsWith('_base'));
  const label = nameOf(head, last);
  const select = (suffix: string): Columns =>
    columnsOf(
      names.flatMap((name, k) => {
        const isPlain = !/_(?:base|comp|diff)$/.test(name);
        if (!isPlain && (suffix === '' || !name.endsWith(suffix))) return [];
        const bare = isPlain ? name : name.slice(0, -suffix.length);
        return [[columnNames[bare] ?? bare, k] as const];
      }),
    );
  const [only, before, after] = ['', '_base', '_comp'].map(select);
  programs.forEach(({line, cells}, k) => {
    const first = k === 0 ? head : line;
    const pair = firstPair + k;
    const add = (columns: Columns, more: Parameters<typeof tableOf>[1]): void =>
      void found.push({first, last: line, table: tableOf(programOf(line, cells, columns), more)});
    if (!isTwo) add(only, {label});
    else {
      add(before, {label: 'A', side: 'before', pair});
      add(after, {label: 'B', side: 'after', pair});
    }
  });
  return {found, last};
};

const isCsvHead = (line: string): boolean =>
  /^\s*(?:file_name|prog_name)(?:,[a-z_]+)+\s*$/.test(line);
const isTextHead = (line: string): boolean =>
  /^[\s|]*(?:File|Program)\s/.test(line) && /\b(?:Insns|Total insns|States)\b/.test(line);

export const veristat: Reader = {
  name: 'veristat',
  toldBy:
    '`File  Program … Insns … States`, with `(A)`, `(B)`, `(DIFF)` for two runs; ' +
    'CSV `file_name,prog_name,…`',
  gives:
    'a table a program (a pair of tables for two runs): exact counts, lower is better, and ' +
    'the verdict as outcome',
  sniff: (text) =>
    holdsWord(text, 'Insns') || holdsWord(text, 'prog_name') || holdsWord(text, 'Total insns'),
  read: (lines) => {
    const nameOf = newNamer(lines);
    const found: Found[] = [];
    let end = -1;
    const add = (one: {found: Found[]; last: number}): void => {
      for (const each of one.found) found.push(each);
      end = Math.max(end, one.last);
    };
    for (const word of ['nsns', 'prog_name']) {
      end = -1;
      for (const head of linesWith(lines, word)) {
        if (head <= end) continue;
        const line = shortLine(lines, head);
        if (word === 'prog_name' && isCsvHead(line))
          add(readCsv(lines, head, found.length, nameOf));
        else if (word === 'nsns' && isTextHead(line))
          add(
            line.includes('(A)')
              ? readPairs(lines, head, found.length)
              : readSingle(lines, head, nameOf),
          );
      }
    }
    return claimAll(lines, found);
  },
  example: [
    'File    Program     Insns (A)  Insns (B)  Insns    (DIFF)  States (A)  States (B)  States (DIFF)',
    '------  ----------  ---------  ---------  ---------------  ----------  ----------  -------------',
    'lb.o    lb_ingress       4000       3600   -400 (-10.00%)         200         180  -20 (-10.00%)',
  ].join('\n'),
};
