// Charts in a terminal: forest, run strip and history as lines of text, with Unicode blocks or in
// plain ASCII.
import {visible, visibleTexts} from '../../results/visible.ts';
import {forestRow, reach, stretch} from '../charts/forest.ts';
import type {ForestRow} from '../charts/forest.ts';
import {formatChange, formatCount} from '../charts/axis-format.ts';
import {isSimulated} from '../tables/facts.ts';
import {sideNames} from '../charts/verdicts.ts';
import type {HistorySeries} from '../../results/history/types.ts';
import {stripRows} from '../../results/rows/strip-rows.ts';
import type {Comparison, ComparisonRow, Samples, SideName, Verdict} from '../../results/types.ts';

export interface TerminalOptions {
  /** Columns of the terminal; 72 for mail. */
  readonly columns: number;
  readonly unicode: boolean;
}

const glyphs = {
  unicode: {
    band: '░',
    zero: '│',
    line: '─',
    levels: '▁▂▃▄▅▆▇█',
    spike: '▲',
    step: '┆',
    none: ' ',
    marks: {more: '▲', less: '▼', equal: '■', unsettled: '●'},
  },
  ascii: {
    band: ':',
    zero: '|',
    line: '-',
    levels: '_.-=+*%#',
    spike: '^',
    step: '|',
    none: ' ',
    marks: {more: '>', less: '<', equal: '=', unsettled: 'o'},
  },
} as const satisfies Record<
  string,
  {readonly marks: Readonly<Record<Verdict, string>>} & Record<string, unknown>
>;

const glyphsFor = (options: TerminalOptions) => (options.unicode ? glyphs.unicode : glyphs.ascii);

/** In ASCII, minus signs, arrows and no-break spaces become plain characters. */
const plain = (text: string, options: TerminalOptions): string => {
  const spaced = text.replaceAll('\u00a0', ' ');
  if (options.unicode) return spaced;
  return spaced
    .replaceAll('−', '-')
    .replaceAll('×', 'x')
    .replaceAll('→', '->')
    .replaceAll('±', '+-')
    .replaceAll('µ', 'u')
    .replaceAll(/[^\x20-\x7e\n]/g, '?');
};

/** Lines of at most `columns` characters, broken at spaces. */
const wrap = (text: string, columns: number): string[] =>
  text.split(' ').reduce<string[]>((lines, word) => {
    const last = lines.at(-1);
    return last !== undefined && last.length + 1 + word.length <= columns
      ? [...lines.slice(0, -1), `${last} ${word}`]
      : [...lines, word];
  }, []);

const fit = (text: string, width: number): string =>
  text.length <= width ? text.padEnd(width) : `${text.slice(0, width - 1)}~`;

const atLeast = 16;

/**
 * One line per event: name, interval on the stretched scale with its margin band, change and
 * verdict; simulated counts that differ follow separately.
 */
export const terminalForest = (document: Comparison, options: TerminalOptions): string => {
  const comparison = visibleTexts(document);
  const measured = comparison.rows.filter((row) => !isSimulated(row.event)).map(forestRow);
  const simulated = comparison.rows
    .filter((row) => isSimulated(row.event) && row.verdict !== 'equal')
    .map(forestRow);
  const rows = [...measured, ...simulated];
  if (rows.length === 0) return '';
  const numbers = rows.map((row) =>
    plain(`${row.estimate === '' ? 'no ratio' : row.estimate} ${row.verdict}`, options),
  );
  const right = Math.max(...numbers.map((text) => text.length));
  const left = Math.min(
    Math.max(...rows.map((row) => row.event.length)),
    Math.max(8, options.columns - right - atLeast - 2),
  );
  const plot = Math.max(4, options.columns - left - right - 2);
  const domain = reach(rows);
  const lines = rows.map((row, i) =>
    (
      `${fit(row.event, left)} ${plotForest(row, domain, plot, options)} ` +
      `${numbers[i].padStart(right)}`
    ).trimEnd(),
  );
  if (simulated.length > 0) lines.splice(measured.length, 0, 'simulated, not measured:');
  return `${lines.join('\n')}\n`;
};

const plotForest = (
  row: ForestRow,
  [low, high]: readonly [number, number],
  width: number,
  options: TerminalOptions,
): string => {
  const glyph = glyphsFor(options);
  const place = (percent: number): number =>
    Math.round(
      ((stretch(Math.min(high, Math.max(low, percent))) - stretch(low)) /
        (stretch(high) - stretch(low))) *
        (width - 1),
    );
  const cells = Array<string>(width).fill(glyph.none);
  cells.fill(glyph.band, place(-row.margin), place(row.margin) + 1);
  cells[place(0)] = glyph.zero;
  if (row.percent !== null) {
    cells.fill(glyph.line, place(row.low ?? low), place(row.high ?? high) + 1);
    cells[place(row.percent)] = glyph.marks[row.verdict];
  }
  return cells.join('');
};

const sides: readonly SideName[] = ['before', 'after'];

/**
 * Two lines per side: the height of each group of runs on a log scale, and a mark under those that
 * hold a spike.
 */
export const terminalStrip = (
  row: ComparisonRow,
  samples: Samples,
  labels: Readonly<Record<SideName, string>>,
  options: TerminalOptions,
): string => {
  const all = stripRows(samples, row.event, row.spikes);
  if (all.length === 0) return '';
  const left = Math.min(20, Math.max(...sides.map((side) => labels[side].length)));
  const width = Math.max(4, options.columns - left - 1);
  const heights = all.map((one) => Math.log(Math.max(one.value, Number.MIN_VALUE)));
  const scale = {
    low: heights.reduce((a, b) => Math.min(a, b), Infinity),
    high: heights.reduce((a, b) => Math.max(a, b), -Infinity),
  };
  const lines = sides.flatMap((side) => {
    const own = all.filter((one) => one.side === side);
    if (own.length === 0) return [];
    const groups = bucket(own, width);
    const bars = groups
      .map((runs) =>
        level(
          Math.log(runs.reduce((most, one) => Math.max(most, one.value), Number.MIN_VALUE)),
          scale,
          options,
        ),
      )
      .join('');
    const marks = groups
      .map((runs) => (runs.some((one) => one.spike) ? glyphsFor(options).spike : ' '))
      .join('')
      .trimEnd();
    return [
      `${fit(plain(labels[side], options), left)} ${bars}`,
      ...(marks === '' ? [] : [`${' '.repeat(left)} ${marks}`]),
    ];
  });
  const range = all.reduce(
    ([low, high], one) => [Math.min(low, one.value), Math.max(high, one.value)],
    [Infinity, -Infinity],
  );
  return (
    `${plain(
      `${row.event}, every run, log scale from ` +
        `${formatCount(range[0], row.unit)} to ` +
        `${formatCount(range[1], row.unit)}`,
      options,
    )}\n` + `${lines.join('\n')}\n`
  );
};

/** At most `width` groups of neighbouring values. */
const bucket = <T>(values: readonly T[], width: number): T[][] => {
  const count = Math.min(width, values.length);
  return Array.from({length: count}, (_none, i) =>
    values.slice(
      Math.floor((i * values.length) / count),
      Math.floor(((i + 1) * values.length) / count),
    ),
  );
};

const level = (
  value: number,
  {low, high}: {low: number; high: number},
  options: TerminalOptions,
): string => {
  const {levels} = glyphsFor(options);
  return levels[
    high > low
      ? Math.min(levels.length - 1, Math.floor(((value - low) / (high - low)) * levels.length))
      : 3
  ];
};

/**
 * One line of nights, oldest first, one of change points and spikes if there are any, and one of
 * words.
 */
export const terminalHistory = (history: HistorySeries, options: TerminalOptions): string => {
  const series = visibleTexts(history);
  const points = series.points.map((point, index) => ({...point, index}));
  const values = points
    .filter((point) => point.value !== null && !point.spike)
    .map((point) => point.value!);
  if (values.length === 0) return '';
  const scale = {low: Math.min(...values), high: Math.max(...values)};
  const groups = bucket(points, options.columns);
  const glyph = glyphsFor(options);
  const bars = groups
    .map((nights) => {
      const counted = nights.filter((point) => point.value !== null);
      if (counted.length === 0) return ' ';
      const mean = Math.max(...counted.map((point) => Math.min(scale.high, point.value!)));
      return level(Math.max(scale.low, mean), scale, options);
    })
    .join('');
  const marks = groups
    .map((nights) =>
      series.changes.some((change) => nights.some((point) => point.index === change.index))
        ? glyph.step
        : nights.some((point) => point.spike)
          ? glyph.spike
          : ' ',
    )
    .join('')
    .trimEnd();
  const show = (value: number) =>
    series.measure === 'ratio' ? formatChange(value) : formatCount(value, series.unit);
  const changes = series.changes.map(
    (change) =>
      `${change.night} ${change.ratio === null ? show(change.after) : formatChange(change.ratio)}`,
  );
  const words =
    `${show(scale.low)} to ${show(scale.high)} in ${points.length} nights; ` +
    `${changes.length === 0 ? 'no change point' : `change points: ${changes.join(', ')}`}`;
  const title = `${series.workload} ${series.side} ${series.event}`;
  const lines = [title, bars, ...(marks === '' ? [] : [marks]), ...wrap(words, options.columns)];
  return `${lines.map((line) => plain(line, options)).join('\n')}\n`;
};

/**
 * A comparison in a terminal: title, forest, and the strip of the primary event and of each with
 * spikes.
 */
export const terminalReport = (
  title: string,
  document: Comparison,
  rawSamples: Samples | null,
  options: TerminalOptions,
): string => {
  const comparison = visibleTexts(document);
  const samples = visibleTexts(rawSamples);
  const rows =
    samples === null
      ? []
      : comparison.rows.filter(
          (row) => row.primary || row.spikes.before.length + row.spikes.after.length > 0,
        );
  const labels = sideNames(comparison.before, comparison.after);
  return [
    plain(visible(title), options),
    terminalForest(comparison, options),
    ...rows.map((row) => terminalStrip(row, samples!, labels, options)),
  ]
    .filter((part) => part !== '')
    .join('\n');
};

/** What a terminal can show: blocks unless the locale says otherwise or it is dumb. */
export const terminalUnicode = (env: Readonly<Record<string, string | undefined>>): boolean =>
  env['TERM'] !== 'dumb' && /utf-?8/i.test(env['LC_ALL'] || env['LC_CTYPE'] || env['LANG'] || '');
