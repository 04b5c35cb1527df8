// The corpus as Markdown tables: programs by group, and why others were not loaded.
import {codeClasses} from '../programs/identical.ts';
import {countedVariants} from './corpus-measure.ts';
import type {CorpusRow} from './corpus-measure.ts';

const mostReasons = 20;

export const corpusTable = (rows: readonly CorpusRow[]): string => {
  const all = [...rows, ...(rows.length > 1 ? [sumOf(rows)] : [])];
  const kinds = [...codeClasses, 'refused' as const].filter((kind) =>
    rows.some(({classes}) => classes.has(kind)),
  );
  const heads = [
    'group',
    'objects',
    'with a loaded program',
    'programs loaded',
    'BPF instructions',
    ...kinds,
    'identical, %',
    ...countedVariants.map((name) => `${name} compiles`),
  ];
  const cells = all.map((row) => [
    row.group,
    row.objects,
    row.objectsLoaded,
    row.loaded,
    row.instructions,
    ...kinds.map((kind) => row.classes.get(kind) ?? 0),
    row.loaded === 0 ? '-' : (100 * identicalShare(row)).toFixed(1),
    ...countedVariants.map((name) => row.compiled.get(name) ?? 0),
  ]);
  const reasons = sumCounts(rows.map((row) => row.reasons));
  return [
    tableText(heads, cells),
    '',
    tableText(
      ['not loaded', 'why (the words of libbpf or the kernel)'],
      reasons.slice(0, mostReasons).map(([reason, count]) => [count, reason]),
    ),
    ...(reasons.length > mostReasons ? [`and ${reasons.length - mostReasons} more reasons`] : []),
  ].join('\n');
};

export const identicalShare = ({classes, loaded}: CorpusRow): number =>
  loaded === 0 ? 1 : (classes.get('identical') ?? 0) / loaded;

export const tableText = (
  heads: readonly string[],
  rows: readonly (readonly (string | number)[])[],
): string =>
  [heads, heads.map(() => '---'), ...rows]
    .map((row) => `| ${row.map((cell) => shown(cell)).join(' | ')} |`)
    .join('\n');

const shown = (cell: string | number): string =>
  typeof cell === 'number' ? cell.toLocaleString('en-US') : cell.replaceAll('|', '\\|');

const sumCounts = <Key>(maps: readonly ReadonlyMap<Key, number>[]): (readonly [Key, number])[] => {
  const sums = new Map<Key, number>();
  for (const counts of maps)
    for (const [key, count] of counts) sums.set(key, (sums.get(key) ?? 0) + count);
  return [...sums].sort((a, b) => b[1] - a[1]);
};

const sumOf = (rows: readonly CorpusRow[]): CorpusRow => {
  const sum = (field: 'objects' | 'objectsLoaded' | 'loaded' | 'instructions'): number =>
    rows.reduce((total, row) => total + row[field], 0);
  return {
    group: 'all',
    objects: sum('objects'),
    objectsLoaded: sum('objectsLoaded'),
    loaded: sum('loaded'),
    instructions: sum('instructions'),
    classes: new Map(sumCounts(rows.map(({classes}) => classes))),
    compiled: new Map(sumCounts(rows.map(({compiled}) => compiled))),
    reasons: new Map(sumCounts(rows.map(({reasons}) => reasons))),
    different: rows.flatMap(({different}) => different),
  };
};
