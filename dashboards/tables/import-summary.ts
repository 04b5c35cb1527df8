// What was read from a file, for people: every table with its name, rows and doubts, and the pairs
// that belong together.
import {pairTables} from '../../results/import/pairs.ts';
import {remembered} from '../../results/import/repeated-words.ts';
import type {ImportDocument, ImportRow, ImportTable, Warning} from '../../results/types.ts';
import {visibleTexts} from '../../results/visible.ts';
import {ascii, fit, groupThousands, wrap} from './ascii.ts';
import {tableRatios} from '../../results/events/ratios.ts';

const width = 100;

const reasons = {
  stated: 'their source compares them',
  labels: 'their labels',
  order: 'their order',
} as const;

/** Tables are numbered from 1, as `compare --pair` takes them. Without a newline at the end. */
export const importSummary = (document: ImportDocument): string =>
  [...importSummaryParts(document)].join('');

/** Characters printed at a time, so that the text of a large file is never held as a whole. */
const atOnce = 65_536;

/** The same in parts of at least 64 kB, to be printed one after the other. */
export const importSummaryParts = function* (document: ImportDocument): Generator<string> {
  let part = '';
  let joint = '';
  for (const block of blocksOf(visibleTexts(document))) {
    part += joint + block;
    joint = '\n';
    if (part.length < atOnce) continue;
    // Blanks wait for what is after them: there are none at the end.
    const shown = part.trimEnd();
    yield shown;
    part = part.slice(shown.length);
  }
  yield part.trimEnd();
};

/** What line breaks part: tables, pairs and lines of warnings. */
const blocksOf = function* ({tables, warnings}: ImportDocument): Generator<string> {
  for (let i = 0; i < tables.length; i++) yield `${tableText(tables[i], i + 1).join('\n')}\n`;
  for (const {before, after, why} of pairTables(tables))
    yield `pair: ${before + 1},${after + 1} (by ${reasons[why]})`;
  for (const warning of warnings) yield* wrap(wordsOf(warning), '! ', '  ', width);
};

const wordsOf = ({code, text}: Warning): string => `${code}: ${text}`;
/** The tables of a large text have few different warnings. */
const warningLines = remembered((words) => wrap(words, '  ! ', '    ', width));

/** `table 3: Without, './test_progs -t flow_dissector', 1024 runs`; names keep their letters. */
export const tableName = (table: ImportTable, number: number): string =>
  [
    `table ${number}: ${table.label === null ? 'no label' : shortened(table.label)}`,
    ...(table.command === null ? [] : [`'${shortened(table.command)}'`]),
    ...(table.runs === null ? [] : [`${table.runs} runs`]),
  ].join(', ');

const mostName = 60;

/** Both ends of a long name, by code points. */
const shortened = (name: string): string => {
  const letters = [...name];
  return letters.length <= mostName
    ? name
    : [...letters.slice(0, mostName / 2 - 1), '...', ...letters.slice(2 - mostName / 2)].join('');
};

const tableText = (table: ImportTable, number: number): string[] => [
  tableName(table, number),
  ...table.rows.map(rowText),
  ...(table.elapsed === null
    ? []
    : [
        `  ${plain(table.elapsed.seconds).padStart(22)} seconds ` +
          [
            'elapsed',
            ...(table.elapsed.sem === null ? [] : [`+-${six(table.elapsed.sem)}%`]),
            ...(table.elapsed.sdSeconds === undefined
              ? []
              : [`sd ${six(table.elapsed.sdSeconds)}`]),
          ].join('  '),
      ]),
  ...table.samples.map((series) => `  runs of ${fit(series.event, 40)}: ${series.values.length}`),
  ...ratioTexts(table),
  ...operationTexts(table),
  ...table.warnings.flatMap((warning) => warningLines(wordsOf(warning))),
];

const rowText = (row: ImportRow): string => {
  const value =
    row.value === null
      ? row.group === true
        ? ''
        : row.status.replace('-', ' ')
      : plain(row.value);
  let line = `  ${value.padStart(22)} ${row.unit.padEnd(4)} ${row.event.padEnd(27)} `;
  let gap = '';
  const add = (part: string): void => {
    line += gap + part;
    gap = '  ';
  };
  if (row.sem !== null) add(`+-${six(row.sem)}%`);
  spreadTexts(row).forEach(add);
  if (row.running !== null) add(`counted ${plain(row.running)}%`);
  if (row.metricUnit !== null)
    add(`# ${row.metric === null ? 'nan' : plain(row.metric)} ${row.metricUnit}`);
  const place = [row.time === undefined ? '' : plain(row.time), row.aggregate ?? '']
    .filter((part) => part !== '')
    .join(' ');
  if (place !== '') line += `  [${place}]`;
  return ascii(line.trimEnd());
};

/** What a source prints in addition to a mean and its standard error. */
const spreadTexts = (row: ImportRow): string[] => [
  ...(row.sd === undefined ? [] : [`sd ${six(row.sd)}`]),
  ...(row.sdAtMost === undefined ? [] : [`sd at most ${six(row.sdAtMost)}`]),
  ...(row.interval === undefined
    ? []
    : [`${row.interval.of} within ${six(row.interval.low)} to ${six(row.interval.high)}`]),
  ...(row.runs === undefined ? [] : [`${row.runs} runs`]),
  ...(row.exact === true ? ['exact'] : []),
  ...(row.direction === 'higher' ? ['higher is better'] : []),
];

const six = (value: number): string => plain(rounded(value, 6));

/** Our own quotients: with the interval if the runs are known. */
const ratioTexts = (table: ImportTable): string[] =>
  tableRatios(table).map(({info, value, low, high}) => {
    const interval = low === null || high === null ? '' : ` (95%: ${short(low)} to ${short(high)})`;
    return `  ${info.name}: ${short(value)}${info.unit === '' ? '' : ` ${info.unit}`}${interval}`;
  });

/** Counts per run of a program, iteration or hit, if the number of these is known. */
const operationTexts = ({operations, rows}: ImportTable): string[] => {
  if (operations === undefined || operations.isRate) return [];
  const counts = rows.filter(
    ({value, unit, direction}) =>
      value !== null && value !== operations.count && unit === '' && direction === undefined,
  );
  const texts = counts.map(
    ({event, value}) => `${event} ${short((value ?? 0) / operations.count)}`,
  );
  return texts.length === 0
    ? []
    : wrap(`per ${operations.of}: ${texts.join(', ')}`, '  ', '    ', width);
};

const short = (value: number): string => String(rounded(value, 4));

/** The number nearest to a value that has so many digits; most have no more. */
const rounded = (value: number, digits: number): number =>
  String(value).length <= digits ? value : Number(value.toPrecision(digits));

/** As printed, without binary rounding noise. */
const plain = (exact: number): string => {
  const value = rounded(exact, 12);
  if (value > -1000 && value < 1000) return String(value);
  const [whole, fraction] = (Number.isInteger(value) ? value.toFixed(0) : String(value)).split('.');
  return groupThousands(whole) + (fraction === undefined ? '' : `.${fraction}`);
};
