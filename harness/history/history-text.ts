// The history in plain text: changes first, then a table for each pair of sides, with events that
// never varied folded away.
import {formatChange, formatCount, formatShare} from '../../dashboards/charts/axis-format.ts';
import type {
  History,
  HistoryChange,
  HistorySeries,
  HistorySegment,
} from '../../results/history/index.ts';
import {visible} from '../../results/visible.ts';
import {plural} from '../../results/wording.ts';

/** More nights with change points than this are left to `--json` and the pages. */
const mostNights = 12;

/** The most series that are named for one night and workload. */
const mostNamed = 4;

/** An interval from fewer nights would be too wide to say anything. */
const fewestNights = 3;

export const historyText = (history: History): string =>
  [
    ...changeLines(history),
    '',
    ...tablesOf(history).flatMap((table) => [...tableLines(table), '']),
    ...eventLines(history),
    history.rule,
    '',
  ].join('\n');

/** Newest first; changes of one night and workload are listed together. */
const changeLines = ({series}: History): string[] => {
  const groups = new Map<string, {night: string; title: string; between: string; all: string[]}>();
  for (const one of series) {
    const add = (change: HistoryChange, text: string): void => {
      const {night, sessionBefore, sessionAfter} = change;
      const key = `${night}\n${one.workload}\n${one.machine}`;
      const group = groups.get(key) ?? {
        night,
        title: visible(`${one.workload} on ${one.machine}`),
        between: `between ${sessionBefore} and ${sessionAfter}`,
        all: [],
      };
      group.all.push(`${visible(`${one.side} ${one.event}`)} ${text}`);
      groups.set(key, group);
    };
    for (const change of one.changes)
      add(change, `${changeText(change.ratio)} (${levelsText(change, one)})`);
    for (const change of one.spikeChanges)
      add(
        change,
        `runs that spike ${plain(formatShare(change.before))} to ` +
          plain(formatShare(change.after)),
      );
  }
  if (groups.size === 0) return ['No change point.'];
  const nights = [...groups.values()].sort((a, b) => (a.night < b.night ? 1 : -1));
  return [
    'Change points, newest first',
    ...nights
      .slice(0, mostNights)
      .flatMap(({night, title, between, all}) => [
        `  ${night}  ${title}`,
        ...all.slice(0, mostNamed).map((text) => `    ${text}`),
        ...(all.length > mostNamed ? [`    and ${all.length - mostNamed} more series`] : []),
        `    ${between}`,
      ]),
    ...(nights.length > mostNights
      ? [`  and ${nights.length - mostNights} before; --event, --workload or --json shows them`]
      : []),
  ];
};

const levelsText = ({before, after}: HistoryChange, {measure, unit}: HistorySeries): string =>
  measure === 'ratio'
    ? `${plain(formatChange(before))} to ${plain(formatChange(after))}`
    : `${count(before, unit)} to ${count(after, unit)}`;

const changeText = (ratio: number | null): string =>
  ratio === null ? 'from 0' : plain(formatChange(ratio));

interface Table {
  readonly title: string;
  readonly columns: readonly string[];
  /** Series by event and column. */
  readonly events: Map<string, Map<string, HistorySeries>>;
}

/** A table for each pair of sides of a workload, and one for each side without a partner. */
const tablesOf = ({series}: History): Table[] => {
  const places = groupOf(series);
  return [...places.values()].flatMap((own) => {
    const sides = new Set(own.filter(({measure}) => measure === 'level').map(({side}) => side));
    const pairs = [
      ...new Set(own.filter(({measure}) => measure === 'ratio').map(({side}) => side)),
    ];
    const inPair = new Set<string>();
    const columnSets = pairs.map((pair) => {
      const two = [...sides].filter((side) => pair.startsWith(`${side} -> `));
      const other = [...sides].filter((side) => pair.endsWith(` -> ${side}`));
      for (const side of [...two, ...other]) inPair.add(side);
      return [...two.slice(0, 1), ...other.slice(0, 1), pair];
    });
    const alone = [...sides].filter((side) => !inPair.has(side)).map((side) => [side]);
    return [...columnSets, ...alone].map((columns) => tableOf(own, columns));
  });
};

const groupOf = (series: readonly HistorySeries[]): Map<string, HistorySeries[]> => {
  const groups = new Map<string, HistorySeries[]>();
  for (const one of series) {
    const key = `${one.workload}\n${one.machine}`;
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  return groups;
};

const tableOf = (own: readonly HistorySeries[], columns: readonly string[]): Table => {
  const events = new Map<string, Map<string, HistorySeries>>();
  for (const one of own.filter(({side}) => columns.includes(side))) {
    const row = events.get(one.event) ?? new Map<string, HistorySeries>();
    events.set(one.event, row.set(one.side, one));
  }
  const [first] = own;
  const points = own.map((one) => one.points.length);
  const nights = Math.max(...points);
  const last = own
    .map((one) => one.points.at(-1)?.night ?? '')
    .toSorted()
    .at(-1);
  return {
    title:
      `${first.workload}: ${columns.at(-1)} on ${first.machine}, ` +
      `${plural(nights, 'night')}, the last on ${last}`,
    columns,
    events,
  };
};

const tableLines = ({title, columns, events}: Table): string[] => {
  const rows = [...events].map(([event, row]) => ({event, all: [...row.values()], row}));
  const shown = rows.filter(({all}) => !all.every(neverVaries));
  const folded = rows.filter(({all}) => all.every(neverVaries));
  const cells = shown
    .toSorted((a, b) => changesOf(b.all) - changesOf(a.all))
    .map(({event, row}) => [
      visible(event),
      ...columns.map((column) => levelText(row.get(column))),
      ...lastChange([...row.values()]),
    ]);
  const head = [
    'event',
    ...columns.map((column) => visible(column.includes(' -> ') ? 'change' : column)),
    'last change',
  ];
  return [
    visible(title),
    ...(cells.length === 0 ? [] : aligned([head, ...cells])),
    ...(folded.length === 0
      ? []
      : [
          `  the same every night: ${folded
            .map(({event, all}) => `${visible(event)} ${sameText(all)}`)
            .join(', ')}`,
        ]),
  ];
};

const changesOf = (all: readonly HistorySeries[]): number =>
  all.reduce((sum, one) => sum + one.changes.length + one.spikeChanges.length, 0);

const neverVaries = ({points}: HistorySeries): boolean => {
  const values = points.flatMap(({value}) => value ?? []);
  return values.length > 1 && values.every((value) => value === values[0]);
};

const sameText = (all: readonly HistorySeries[]): string => {
  const levels = all.filter(({measure}) => measure === 'level');
  const texts = levels.map(({points, unit}) =>
    count(points.find(({value}) => value !== null)?.value ?? 0, unit),
  );
  return [...new Set(texts)].join(' -> ') || '+0 %';
};

const lastChange = (all: readonly HistorySeries[]): string[] => {
  const nights = all.flatMap(({changes}) => changes.map(({night}) => night));
  return [nights.sort().at(-1) ?? ''];
};

const levelText = (series: HistorySeries | undefined): string => {
  const segment = series?.segments.at(-1);
  if (series === undefined || segment === undefined || segment.level === null) return '-';
  return series.measure === 'ratio'
    ? plain(formatChange(segment.level))
    : `${count(segment.level, series.unit)}${spreadText(segment)}`;
};

const spreadText = ({level, high, nights}: HistorySegment): string => {
  if (nights < fewestNights || high === null || level === null || level === 0) return '';
  const percent = (100 * (high - level)) / Math.abs(level);
  return percent >= 100 ? '' : ` +-${percent.toFixed(percent < 10 ? 2 : 0)} %`;
};

const count = (value: number, unit: string): string => visible(plain(formatCount(value, unit)));

/** For a pipe: no characters that a terminal without Unicode cannot show. */
const plain = (text: string): string =>
  text.replaceAll('\u00a0', ' ').replaceAll('−', '-').replaceAll('µ', 'u').replaceAll('×', 'x');

const aligned = (rows: readonly (readonly string[])[]): string[] => {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  return rows.map((row) =>
    `  ${row
      .map((cell, at) =>
        at === 0 || at === row.length - 1 ? cell.padEnd(widths[at]) : cell.padStart(widths[at]),
      )
      .join('  ')}`.trimEnd(),
  );
};

/** Marks that appear on series, each once. */
const eventLines = ({series}: History): string[] => {
  const seen = new Set(
    series.flatMap(({machine, marks}) =>
      marks.map(
        ({night, kind, text}) =>
          `${night}  ${kind}: ${text}${kind === 'note' ? '' : ` (${machine})`}`,
      ),
    ),
  );
  return seen.size === 0
    ? []
    : ['What happened', ...[...seen].sort().map((line) => `  ${visible(line)}`), ''];
};
