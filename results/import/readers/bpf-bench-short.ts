// `bench` of the BPF selftests in the short form of commit messages: a line a benchmark, with name,
// rate, ±, spread and unit.
import type {ImportRow, ImportTable} from '../../types.ts';
import {ownLabel} from '../labels.ts';
import {sideOfLabel} from '../pairs.ts';
import type {Lines} from '../lines.ts';
import {firstCode, holdsWord} from '../lines.ts';
import {isDigit} from '../perf-tokens.ts';
import {remembered, wordAt} from '../repeated-words.ts';
import {directionOf} from './bpf-bench.ts';
import type {Found, Reader} from './reader.ts';
import {claimAll, linesWith, newNamer, row, shortLine, table} from './reader.ts';

const rate = String.raw`(\d+(?:\.\d+)?)\s*(?:±|\+-|\+\/-)\s*(\d+(?:\.\d+)?)\s*([kKMG]\s?(?:ops)?\/s)`;
const further = String.raw`([a-z]\w*) throughput:?\s+${rate}`;
/** What may follow: drops, a latency, a further rate, memory, the author's own per cent. */
const rest =
  String.raw`(?:[\s,]*(?:\([^()]{0,80}\)|[+-]?\d+(?:\.\d+)?\s?%|(?:hits )?latency:?\s+[\d.]+` +
  String.raw`\s*[num]?s\/op|${further}|x\d+(?:\.\d+)?|\d+(?:\.\d+)?x))*`;
const shortLineForm = new RegExp(
  String.raw`^\s*[*-]?\s*([A-Za-z_][^\n±]{0,78}?)\s*(?:-\s*throughput|:\s+hits throughput)?` +
    String.raw`\s*[:=]?\s+${rate}(${rest})\s*$`,
);
const furtherRate = new RegExp(further);
const latency = /latency:?\s+([\d.]+)\s*([num]?s\/op)/;
const drops = /\(drops\s+([\d.]+)\s*(?:±|\+-|\+\/-)\s*([\d.]+)\s*([kKMG]\/s)/;

interface Entry {
  readonly line: number;
  readonly name: string;
  readonly value: number;
  readonly sd: number;
  readonly unit: string;
  readonly rest: string;
  /** The words between the line before and this one, without rulers. */
  readonly above: readonly string[];
}

const mostAbove = 8;
/** One for all lines right below another. */
const noWords: readonly string[] = [];

/** Names, each held once. */
const nameIn = remembered((words) => words.replace(/\s+/g, ' '));

const wordsBetween = (lines: Lines, from: number, to: number): readonly string[] => {
  let words = noWords;
  for (let i = Math.max(from, to - mostAbove); i < to; i++) {
    const line = shortLine(lines, i).trim();
    if (/[A-Za-z0-9]/.test(line)) words = [...words, line];
  }
  return words;
};

const readEntries = (lines: Lines): Entry[] => {
  const entries: Entry[] = [];
  let end = 0;
  for (const sign of ['±', '+-', '+/-']) {
    for (const line of linesWith(lines, sign)) {
      // Rows of perf have the sign too, but begin with their count.
      if (isDigit(firstCode(lines, line))) continue;
      const text = shortLine(lines, line);
      const match = text.includes('/s') ? shortLineForm.exec(text) : null;
      if (match === null || /^(?:Iter|Time|Range)\b|Summary/.test(match[1])) continue;
      const [, name, value, sd, unit, tail] = match;
      entries.push({
        line,
        name: nameIn(wordAt(name, 0, name.length)),
        value: Number(value),
        sd: Number(sd),
        unit: wordAt(unit, 0, unit.length),
        rest: tail,
        above: wordsBetween(lines, end, line),
      });
      end = line + 1;
    }
    end = 0;
  }
  return entries;
};

/** Entries without words between them. */
const blocksOf = (entries: readonly Entry[]): Entry[][] => {
  const blocks: Entry[][] = [];
  for (const entry of entries) {
    const block = blocks.at(-1);
    if (block === undefined || entry.above.length > 0) blocks.push([entry]);
    else block.push(entry);
  }
  return blocks;
};

const namesSide = ({above}: Entry): boolean =>
  above.some((line) => line.length <= 60 && sideOfLabel(line) !== null);

/**
 * Blocks of one side: where headings name sides, all blocks up to the next such heading (the other
 * headings then tell benchmarks apart), else each block alone.
 */
const sidesOf = (blocks: readonly Entry[][]): Entry[][][] => {
  if (!blocks.some(([first]) => namesSide(first))) return blocks.map((block) => [block]);
  const sides: Entry[][][] = [];
  for (const block of blocks) {
    const side = sides.at(-1);
    if (side === undefined || namesSide(block[0])) sides.push([block]);
    else side.push(block);
  }
  return sides;
};

const addRows = (rows: ImportRow[], event: string, {value, sd, unit, rest: tail}: Entry): void => {
  rows.push(row(event, value, unit, {sd, direction: directionOf({event, unit})}));
  if (tail === '') return;
  const time = latency.exec(tail);
  if (time !== null)
    rows.push(row(`${event} latency`, Number(time[1]), time[2], {direction: 'lower'}));
  const other = furtherRate.exec(tail);
  if (other !== null) {
    const more = {sd: Number(other[3]), direction: 'higher'} as const;
    rows.push(row(`${event} ${other[1]}`, Number(other[2]), other[4], more));
  }
  const lost = drops.exec(tail);
  if (lost !== null && Number(lost[1]) !== 0) {
    const more = {sd: Number(lost[2]), direction: 'lower'} as const;
    rows.push(row(`${event} drops`, Number(lost[1]), lost[3], more));
  }
};

const tableOf = (blocks: readonly Entry[][], label: string | null): ImportTable => {
  const [names, repeated] = [new Set<string>(), new Set<string>()];
  for (const block of blocks)
    for (const {name} of block) (names.has(name) ? repeated : names).add(name);
  const rows: ImportRow[] = [];
  for (const block of blocks) {
    const context = block[0].above.findLast((line) => sideOfLabel(line) === null);
    const suffix = context === undefined ? '' : ` (${context.replace(/:$/, '')})`;
    for (const entry of block)
      addRows(rows, repeated.has(entry.name) ? entry.name + suffix : entry.name, entry);
  }
  return table('bpf bench, short', {rows, label, fixedTime: true});
};

export const bpfBenchShort: Reader = {
  name: 'bpf bench, short',
  toldBy: '`NAME : 79.500 ± 0.024M/s`, a line a benchmark',
  gives: 'a row a benchmark (higher is better) with the sd of one iteration; n is not printed',
  sniff: (text) =>
    holdsWord(text, '/s') &&
    (holdsWord(text, '±') || holdsWord(text, '+-') || holdsWord(text, '+/-')),
  read: (lines) => {
    const nameOf = newNamer(lines);
    const found = sidesOf(blocksOf(readEntries(lines))).map((blocks): Found => {
      const [{line: first, above}] = blocks[0];
      const last = blocks.at(-1)?.at(-1)?.line ?? first;
      const side = above.findLast((line) => line.length <= 60 && sideOfLabel(line) !== null);
      const label = nameOf(first, last);
      return {first, last, table: tableOf(blocks, ownLabel(side ?? '') ?? label)};
    });
    return claimAll(lines, found);
  },
  example: ['usermode-count :   79.500 ± 0.024M/s', 'syscall-count  :   14.105 ± 0.030M/s'].join(
    '\n',
  ),
};
