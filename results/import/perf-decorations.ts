// The comments, noise and running share after a row, in any number and over line ends; and groups
// of metrics, which have nothing else.
import {place} from './perf-head.ts';
import type {Metric} from './perf-metric.ts';
import {readMetric} from './perf-metric.ts';
import type {Share} from './perf-shares.ts';
import {readNoise, readRunning} from './perf-shares.ts';
import {at, mayBreak, skipBlank, skipBreak, sticky} from './perf-tokens.ts';
import type {Tail} from './perf-tail.ts';
import type {RawRow} from './raw-table.ts';
import {isKnownEvent} from './vocabulary.ts';

const groupStart =
  String.raw`[ \t]{0,400}(?:(\d{1,9}[.,]\d{9})[ \t]{1,80})?(?:(${place})[ \t]{1,80}` +
  String.raw`(?:(\d{1,9})[ \t]{1,80})?)?`;
const groupHead = sticky(
  String.raw`${groupStart}((?:Topdown|tma_|Default)\w{0,60}(?: \(\w{1,40}\))?` +
    String.raw`|[A-Z]\w{0,60} \(\w{1,40}\)|\(\w{1,40}\))[ \t]{1,400}(?=#)`,
);
/**
 * In a table any words set apart from their comment: the rows of --metric-only as we print them.
 */
const tableGroupHead = sticky(
  String.raw`${groupStart}([A-Za-z][^\s#]{0,60}(?: [^\s#]{1,40}){0,4})[ \t]{2,400}(?=#)`,
);
/** Topdown metrics of an event that was not printed. */
const namelessHead = sticky(
  String.raw`${groupStart}(?=#[ \t]{1,40}[\d.,]{1,20}[ \t]{1,8}%[ \t]{1,8}tma_)`,
);
/** A remark up to the line end, with a comment of the row on the next line. */
const innerRemark = sticky(
  String.raw`[ \t]{1,400}(?://|<[-=]|[-=]>|[!*]|[\u2190-\u21ff\u2500-\u27bf])[^\n]{0,200}\n` +
    String.raw`(?=[ \t]{1,400}#[ \t]{1,40}(?:[\d-]|nan))`,
);

export interface Decorations {
  readonly end: number;
  readonly metrics: readonly Metric[];
  readonly noise: string | null;
  readonly running: string | null;
}

/** A comment on a separate line is under the others. */
const leastIndent = 4;

/** Skips one blank line if a `#` comment follows (double spacing). */
const skipEmptyLine = (text: string, position: number): number => {
  if (text.charCodeAt(position) !== 10) return position;
  const next = skipBlank(text, position + 1);
  return text.charCodeAt(next) === 35 && next > position + leastIndent ? next : position;
};

const topdown = '% tma_';
const noMetrics: readonly Metric[] = [];

/** What follows a name, as far as it can be distinguished from prose. */
export const readDecorations = (text: string, tail: Tail, event: string): Decorations => {
  let metrics: Metric[] | null = null;
  let {end} = tail;
  let noise: string | null = null;
  let running: string | null = null;
  for (;;) {
    const blank = end === tail.end ? tail.next : skipBlank(text, end);
    const isNewLine = text.charCodeAt(blank) === 10;
    const below = isNewLine ? skipBlank(text, blank + 1) : blank;
    const next =
      isNewLine && text.charCodeAt(below) === 10 && (metrics !== null || mayBreak(text, end))
        ? skipEmptyLine(text, below)
        : below;
    const metric = running === null || isNewLine ? readMetric(text, next, isNewLine) : null;
    // Topdown metrics under an unrelated event belong to an event perf did not print.
    if (
      metric !== null &&
      isNewLine &&
      metric.metric.text.startsWith(topdown) &&
      isKnownEvent(event)
    )
      return {end, metrics: metrics ?? noMetrics, noise, running};
    if (metric !== null) {
      (metrics ??= []).push(metric.metric);
      end = metric.end;
      continue;
    }
    const ownNoise: Share | null = noise === null ? readNoise(text, next) : null;
    if (ownNoise !== null) {
      noise = ownNoise.value;
      end = ownNoise.end;
      continue;
    }
    const ownRunning: Share | null = running === null ? readRunning(text, next) : null;
    if (
      ownRunning === null &&
      metrics !== null &&
      !isNewLine &&
      at(innerRemark, text, end) !== null &&
      readMetric(text, skipBlank(text, innerRemark.lastIndex), true) !== null
    ) {
      end = innerRemark.lastIndex - 1;
      continue;
    }
    if (ownRunning === null) return {end, metrics: metrics ?? noMetrics, noise, running};
    running = ownRunning.value;
    end = ownRunning.end;
  }
};

/**
 * A metric group (`TopdownL1 # 68.7 %  tma_backend_bound` and the lines below it): one row a
 * metric, each with its own share.
 */
export const readGroup = (
  text: string,
  position: number,
  isInTable: boolean,
): {end: number; rows: RawRow[]} | null => {
  const head =
    at(groupHead, text, position) !== null || !isInTable
      ? groupHead
      : at(namelessHead, text, position) !== null
        ? namelessHead
        : tableGroupHead;
  const name = at(head, text, position);
  if (name === null) return null;
  const [, time, ownPlace, cpus, event] = name;
  let end = head.lastIndex;
  const rows: RawRow[] = [];
  for (;;) {
    const metric = readMetric(text, skipEmptyLine(text, skipBreak(text, end)), true);
    // Other words before a comment are code.
    if (
      metric === null ||
      (head === tableGroupHead && metric.metric.text.replace(/^% /, '') !== event)
    )
      break;
    const noise = readNoise(text, skipBreak(text, metric.end));
    const following = noise?.end ?? metric.end;
    const running = readRunning(text, skipBreak(text, following));
    end = running?.end ?? following;
    if (at(innerRemark, text, end) !== null) end = innerRemark.lastIndex - 1;
    rows.push({
      event: event ?? metric.metric.text.replace(/^% /, ''),
      count: null,
      status: 'ok',
      unit: '',
      metrics: [metric.metric],
      noise: noise?.value ?? null,
      running: running?.value ?? null,
      time: time ?? null,
      aggregate:
        ownPlace === undefined ? null : cpus === undefined ? ownPlace : `${ownPlace} ${cpus}`,
      group: true,
    });
  }
  return rows.length === 0 ? null : {end, rows};
};
