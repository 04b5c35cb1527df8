// The comments, noise and running share after a row, in any number and over line ends; and groups
// of metrics, which have nothing else.
import type {Codes, Source} from './perf-codes.ts';
import {mayBreak, skipBlank, skipBreak} from './perf-codes.ts';
import type {Draft} from './perf-draft.ts';
import {noMetrics} from './perf-draft.ts';
import {place} from './perf-head.ts';
import {readMetric} from './perf-metric.ts';
import {readNoise, readRunning} from './perf-shares.ts';
import {at, isDigit, startsName, sticky} from './perf-tokens.ts';
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

/** A comment on a separate line is under the others. */
const leastIndent = 4;

/** Skips one blank line if a `#` comment follows (double spacing). */
const skipEmptyLine = (codes: Codes, position: number): number => {
  if (codes[position] !== 10) return position;
  const next = skipBlank(codes, position + 1);
  return codes[next] === 35 && next > position + leastIndent ? next : position;
};

/** Reads what follows a name, as far as it can be distinguished from prose. */
export const readDecorations = (row: Draft): void => {
  const {codes} = row;
  row.end = row.nameEnd;
  row.metrics = noMetrics;
  row.noise = row.running = null;
  let blank = row.next;
  while (
    codes[blank] === lineFeed
      ? readOne(row, nextLine(row, blank), true)
      : readOne(row, blank, false)
  )
    blank = skipBlank(codes, row.end);
};

const [lineFeed, hash, round, square] = [10, 35, 40, 91];
const topdown = '% tma_';

/** The first place of the next line, or the one after it, where more may be. */
const nextLine = ({codes, metrics, end}: Draft, lineEnd: number): number => {
  const next = skipBlank(codes, lineEnd + 1);
  return codes[next] === lineFeed && (metrics.length > 0 || mayBreak(codes, end))
    ? skipEmptyLine(codes, next)
    : next;
};

/** Reads the comment, noise, share or remark at `position`; false if none of them is there. */
const readOne = (row: Draft, position: number, isNewLine: boolean): boolean => {
  const code = row.codes[position];
  if (code === hash) {
    const metric = row.running === null || isNewLine ? readMetric(row, position, isNewLine) : null;
    // Topdown metrics under an unrelated event belong to an event perf did not print.
    if (
      metric === null ||
      (isNewLine && metric.text.startsWith(topdown) && isKnownEvent(row.event))
    )
      return false;
    if (row.metrics.length === 0) row.metrics = [metric];
    else row.metrics.push(metric);
    row.end = metric.end;
    return true;
  }
  if (code !== round && code !== square) return !isNewLine && readRemark(row, position, code);
  const noise = row.noise === null ? readNoise(row, position) : null;
  const share = noise ?? (row.running === null ? readRunning(row, position) : null);
  if (share === null) return false;
  if (noise === null) row.running = share.value;
  else row.noise = share.value;
  row.end = share.end;
  return true;
};

/** Goes over a remark after comments if one more is below it. */
const readRemark = (row: Draft, position: number, code: number): boolean => {
  const {text, codes, end, metrics} = row;
  if (metrics.length === 0 || position === end || isDigit(code) || startsName(code)) return false;
  if (
    at(innerRemark, text, end) === null ||
    readMetric(row, skipBlank(codes, innerRemark.lastIndex), true) === null
  )
    return false;
  row.end = innerRemark.lastIndex - 1;
  return true;
};

/**
 * A metric group (`TopdownL1 # 68.7 %  tma_backend_bound` and the lines below it): one row a
 * metric, each with its own share.
 */
export const readGroup = (
  source: Source,
  position: number,
  isInTable: boolean,
): {end: number; rows: RawRow[]} | null => {
  const {text, codes} = source;
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
    const metric = readMetric(source, skipEmptyLine(codes, skipBreak(codes, end)), true);
    // Other words before a comment are code.
    if (metric === null || (head === tableGroupHead && metric.text.replace(/^% /, '') !== event))
      break;
    const noise = readNoise(source, skipBreak(codes, metric.end));
    const following = noise?.end ?? metric.end;
    const running = readRunning(source, skipBreak(codes, following));
    end = running?.end ?? following;
    if (at(innerRemark, text, end) !== null) end = innerRemark.lastIndex - 1;
    rows.push({
      event: event ?? metric.text.replace(/^% /, ''),
      count: null,
      status: 'ok',
      unit: '',
      metrics: [metric],
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
