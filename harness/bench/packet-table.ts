// The packet programs of the corpus as Markdown tables: outcomes by group and by type, and the
// reasons for those that are not equal.
import {tableText} from './corpus-table.ts';
import type {PacketRow} from './packet-corpus.ts';

const kinds = ['equal', 'different', 'refused'] as const;

export const packetTable = (rows: readonly PacketRow[]): string => {
  const played = rows.filter(({kind}) => kind !== 'no test run');
  const by = (field: 'group' | 'type'): string =>
    tableText(
      [field, 'programs with a test run', ...kinds, 'equal, %'],
      [...linesBy(played, field), ...(field === 'group' ? [lineOf('all', played)] : [])],
    );
  const reasons = (kind: PacketRow['kind'], title: string): string =>
    tableText(['programs', title], countedReasons(rows, kind));
  return [
    by('group'),
    by('type'),
    reasons('refused', 'refused by the user shim: why'),
    reasons('different', 'different: the first difference, with numbers left out'),
    reasons('no test run', 'not counted above: the kernel gives no test run'),
  ].join('\n\n');
};

/** Share of programs with a test run that behave as in the kernel; 1 if there are none. */
export const equalShare = (rows: readonly PacketRow[]): number => {
  const played = rows.filter(({kind}) => kind !== 'no test run');
  return played.length === 0 ? 1 : countOf(played, 'equal') / played.length;
};

/** One line for each program that is not equal. */
export const packetList = (rows: readonly PacketRow[]): readonly string[] =>
  rows
    .filter(({kind}) => kind === 'different' || kind === 'refused')
    .map(({file, name, type, kind, text}) => `${file} ${name} (${type}): ${kind}: ${text}`);

type Cells = readonly (string | number)[];

const linesBy = (rows: readonly PacketRow[], field: 'group' | 'type'): Cells[] =>
  [...new Set(rows.map((row) => row[field]))].map((value) =>
    lineOf(
      value,
      rows.filter((row) => row[field] === value),
    ),
  );

const lineOf = (name: string, rows: readonly PacketRow[]): Cells => [
  name,
  rows.length,
  ...kinds.map((kind) => countOf(rows, kind)),
  (100 * equalShare(rows)).toFixed(1),
];

const countOf = (rows: readonly PacketRow[], wanted: PacketRow['kind']): number =>
  rows.filter(({kind}) => kind === wanted).length;

const countedReasons = (rows: readonly PacketRow[], kind: PacketRow['kind']): Cells[] => {
  const counts = new Map<string, number>();
  for (const row of rows) {
    if (row.kind !== kind) continue;
    const reason = kind === 'different' ? withoutNumbers(row.text) : row.text;
    counts.set(reason, (counts.get(reason) ?? 0) + 1);
  }
  return [...counts].sort((a, b) => b[1] - a[1]).map(([reason, count]) => [count, reason]);
};

/** Names of packets are removed as well. */
const withoutNumbers = (text: string): string =>
  text.replace(/^\w+: /, '').replaceAll(/\b(?:0x)?[0-9a-f]*\d[0-9a-f]*\b/g, 'N');
