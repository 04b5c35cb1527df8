// A row of a perf stat table, read by its tokens: never by columns, and over line ends where a mail program moved them.
import type {Head} from './perf-head.ts';
import {endsBlankGroups, place, readBlankGroups, readHead, readLead} from './perf-head.ts';
import {headerWords, readFooter} from './perf-items.ts';
import type {Metric} from './perf-metric.ts';
import {isKnownMetric, readMetric} from './perf-metric.ts';
import type {Share} from './perf-shares.ts';
import {readNoise, readRunning} from './perf-shares.ts';
import {at, isBlank, isDigit, mayBreak, numberEnd, skipBlank, skipBreak, startsName, sticky} from './perf-tokens.ts';
import {isKnownEvent, isWholeName, looksLikeEvent} from './vocabulary.ts';

/** A row with every number still as printed. `count` null = not supported, not counted, or a metric group. */
export interface RawRow {
  readonly event: string;
  readonly count: string | null;
  readonly status: 'ok' | 'not-supported' | 'not-counted';
  readonly unit: string;
  readonly metrics: readonly Metric[];
  readonly noise: string | null;
  readonly running: string | null;
  readonly time: string | null;
  readonly aggregate: string | null;
  readonly group: boolean;
}

const nameTail = sticky(String.raw` {0,40}(?:\((msec)\)|\[([a-z]\w{0,40})\])`);
const cgroup = sticky(String.raw`[ \t]{1,80}(\/[^\s#(\[]{0,200})(?=[ \t]{0,400}(?:#\s|[(\[][ \t]{0,4}[\d+]|\n|$))`);
/** Any word in the column of control groups, or before a comment. */
const namedCgroup = sticky(String.raw`([ \t]{1,80})([A-Za-z_][\w.:@/-]{0,200})(?=[ \t]{0,400}(?:#[ \t]{1,40}[\d.,-]+[ \t]|\([ \t]{0,4}[\d+]|\n|$))`);
/** perf pads names to these widths before the control group (up to 6.1, later). */
const nameWidths: ReadonlySet<number> = new Set([25, 32]);
const groupStart = String.raw`[ \t]{0,400}(?:(\d{1,9}[.,]\d{9})[ \t]{1,80})?(?:(${place})[ \t]{1,80}(?:(\d{1,9})[ \t]{1,80})?)?`;
const groupHead = sticky(String.raw`${groupStart}((?:Topdown|tma_|Default)\w{0,60}(?: \(\w{1,40}\))?|[A-Z]\w{0,60} \(\w{1,40}\)|\(\w{1,40}\))[ \t]{1,400}(?=#)`);
/** In a table any words set apart from their comment: the rows of --metric-only as we print them. */
const tableGroupHead = sticky(String.raw`${groupStart}([A-Za-z][^\s#]{0,60}(?: [^\s#]{1,40}){0,4})[ \t]{2,400}(?=#)`);
/** How people mark a remark behind a row. */
const remark = sticky(String.raw`//|--|<[-=]|[-=]>|[;!*~|]|[\u2190-\u21ff\u2500-\u27bf\u3000-\u9fff\uac00-\ud7af]|\((?![ \t]{0,4}[\d+])`);
/** A remark up to the line end, with a comment of the row on the next line. */
const innerRemark = sticky(String.raw`[ \t]{1,400}(?://|<[-=]|[-=]>|[!*]|[\u2190-\u21ff\u2500-\u27bf])[^\n]{0,200}\n(?=[ \t]{1,400}#[ \t]{1,40}(?:[\d-]|nan))`);

/**
 * A row at `position`. `isLineStart`: time and aggregation may stand before the count. `isInTable`: a table is open and the
 * piece before ended right here, so that a bare `count name` is enough; elsewhere a comment, noise or running share must follow.
 */
export const readRow = (text: string, position: number, isLineStart: boolean, isInTable: boolean): {end: number; rows: RawRow[]} | null => {
  if (!isLineStart && endsBlankGroups(text, position)) return null;
  const before = readLead(text, position, isLineStart, isInTable);
  const counted = readHead(text, before.end) ?? (before.place === null ? readBlankGroups(text, before.end) : null);
  if (counted === null) return null;
  // Behind `#` a number is a comment, whatever stood before it.
  if (!isLineStart && isBehindHash(text, position)) return null;
  const {count, status, unit, wide} = counted;
  // The brackets may be lost from a table only.
  if (status !== 'ok' && !isInTable && text.charCodeAt(before.end) !== 60) return null;
  // A core or socket has its number of CPUs before the count; alone it is that.
  if (before.place !== null && before.cpus === null && count !== null && bareCpus.test(count) && withCpus.test(before.place)) return null;
  const tail = readTail(text, counted, isInTable);
  // `task-clock-msecs` before perf 3.0.
  const bare = oldClock.exec(counted.event)?.[1];
  const event = tail.pmu === null ? bare ?? counted.event : `${tail.pmu}/${counted.event}/`;
  const more = readDecorations(text, tail.end);
  const isEvent = looksLikeEvent(event);
  const isLaidOut = before.time !== null || (isLineStart && (wide || unit !== ''));
  // Counts without a unit are whole, but for clocks and what PMUs scale.
  if (count !== null && more.metrics.length === 0 && (tail.unit ?? unit) === '' && bare === undefined && fraction.test(count) && !/clock|time$|\//.test(event)) return null;
  if (more.end === tail.end) {
    // A bare row: the table around it, the name and what follows must tell that it is one.
    const isWhole = isKnownEvent(event) || isWholeName(event);
    const isGrouped = count !== null && grouped.test(count);
    const isAlone = isLaidOut ? isEvent && (isWhole || isGrouped || isPadded(text, position, before.end)) : isLineStart && isWhole && isGrouped && before.end - position > 1;
    if (status === 'ok' ? !(isInTable ? wide || isEvent : isAlone) : !isInTable && !isEvent) return null;
    // Where line breaks are lost anything but a number may follow a row at once.
    const isBeforeProse = isInTable && !isLineStart && status === 'ok' && isEvent && isBlank(text.charCodeAt(tail.end)) && !isDigit(text.charCodeAt(skipBlank(text, tail.end)));
    if (!isBeforeProse && !endsHere(text, tail.end, isInTable)) return null;
  } else if (more.metrics.length > 0) {
    if (!isInTable && !isEvent && !more.metrics.some(isKnownMetric)) return null;
    // Within a line words behind it make a sentence.
    if (!isInTable && !isLineStart && !endsHere(text, more.end, false)) return null;
  } else if (isInTable ? !(isEvent && more.noise !== null) && !endsHere(text, more.end, true)
    : isLaidOut ? !isEvent || !endsHere(text, more.end, false)
      : !(isKnownEvent(event) || isWholeName(event)) || !(more.noise === null && !isLineStart ? startsPiece(text, more.end, false) : endsHere(text, more.end, false))) {
    // `12 packets (0.01%)` is prose, too: the layout, the name and what follows must tell.
    return null;
  }
  const aggregate = before.place === null && tail.group === null ? null : [before.place, before.cpus, tail.group].filter((part) => part !== null).join(' ');
  return {end: more.end, rows: [{
    event, count, status, unit: tail.unit ?? (bare === undefined ? unit : 'msec'), metrics: more.metrics, noise: more.noise, running: more.running,
    time: before.time, aggregate, group: false,
  }]};
};

const bareCpus = /^\d{1,4}$/;
const withCpus = new RegExp(`^(?!CPU)(?:${place})$`);

const isBehindHash = (text: string, position: number): boolean => {
  let p = position - 1;
  while (isBlank(text.charCodeAt(p))) p--;
  return text.charCodeAt(p) === 35;
};

const fraction = /^\d{1,9}[.,](?:\d{1,2}|\d{4,9})$/;
const grouped = /^\d{1,3}(?:[.,' ]\d{3})+$/;

/** perf's own layout without group marks: the count ends in column 14 or more, the name begins six columns after it. */
const isPadded = (text: string, position: number, count: number): boolean => count - position >= 2 && /^\d+ {6}\S/.test(text.slice(count, count + 40)) && numberEnd(text, count) - position >= 14;

const oldClock = /^((?:task|cpu)-clock)-msecs$/;

interface Tail {
  readonly end: number;
  readonly unit: string | null;
  readonly pmu: string | null;
  readonly group: string | null;
}

/** What may follow a name at once: its unit in perf up to 4.18, the PMU (hybrid, perf 5.13 to 6.4), the control group. */
const readTail = (text: string, {end: position, event}: Head, isInTable: boolean): Tail => {
  let end = position;
  let unit: string | null = null;
  let pmu: string | null = null;
  let next = skipBlank(text, position);
  const code = text.charCodeAt(next);
  if (code === 40 || code === 91) {
    const found = at(nameTail, text, end);
    if (found === null) return {end, unit, pmu, group: null};
    end = nameTail.lastIndex;
    if (found[1] !== undefined) unit = found[1];
    if (found[2] !== undefined && found[2] !== 'software') pmu = found[2];
    next = skipBlank(text, end);
  }
  if (text.charCodeAt(next) === 47) {
    const group = at(cgroup, text, end);
    return group === null ? {end, unit, pmu, group: null} : {end: cgroup.lastIndex, unit, pmu, group: group[1]};
  }
  const named = startsName(text.charCodeAt(next)) && looksLikeEvent(event) ? at(namedCgroup, text, end) : null;
  if (named === null) return {end, unit, pmu, group: null};
  const isBeforeComment = text.charCodeAt(skipBlank(text, namedCgroup.lastIndex)) === 35;
  const isInColumn = isInTable && nameWidths.has(event.length + named[1].length - 1);
  return isBeforeComment || isInColumn ? {end: namedCgroup.lastIndex, unit, pmu, group: named[2]} : {end, unit, pmu, group: null};
};

interface Decorations {
  readonly end: number;
  readonly metrics: readonly Metric[];
  readonly noise: string | null;
  readonly running: string | null;
}

/** Over one empty line where a comment follows it: pasted with double spacing. */
const skipEmptyLine = (text: string, position: number): number => {
  if (text.charCodeAt(position) !== 10) return position;
  const next = skipBlank(text, position + 1);
  return text.charCodeAt(next) === 35 ? next : position;
};

const noMetrics: readonly Metric[] = [];

/** Comments, noise and running share after a name, in any number and over line ends, as far as they can be told from prose. */
const readDecorations = (text: string, position: number): Decorations => {
  let metrics: Metric[] | null = null;
  let end = position;
  let noise: string | null = null;
  let running: string | null = null;
  for (;;) {
    const blank = skipBlank(text, end);
    const isNewLine = text.charCodeAt(blank) === 10;
    const below = isNewLine ? skipBlank(text, blank + 1) : blank;
    const next = isNewLine && (metrics !== null || mayBreak(text, end)) ? skipEmptyLine(text, below) : below;
    const metric = running === null || isNewLine ? readMetric(text, next, isNewLine) : null;
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
    if (ownRunning === null && metrics !== null && at(innerRemark, text, end) !== null && readMetric(text, skipBlank(text, innerRemark.lastIndex), true) !== null) {
      end = innerRemark.lastIndex - 1;
      continue;
    }
    if (ownRunning === null) return {end, metrics: metrics ?? noMetrics, noise, running};
    running = ownRunning.value;
    end = ownRunning.end;
  }
};

/** A metric group (`TopdownL1 # 68.7 %  tma_backend_bound` and the lines below it): one row a metric, each with its own share. */
export const readGroup = (text: string, position: number, isInTable: boolean): {end: number; rows: RawRow[]} | null => {
  const head = at(groupHead, text, position) !== null || !isInTable ? groupHead : tableGroupHead;
  const name = at(head, text, position);
  if (name === null) return null;
  const [, time, ownPlace, cpus, event] = name;
  let end = head.lastIndex;
  const rows: RawRow[] = [];
  for (;;) {
    const metric = readMetric(text, skipEmptyLine(text, skipBreak(text, end)), true);
    if (metric === null) break;
    const noise = readNoise(text, skipBreak(text, metric.end));
    const behind = noise?.end ?? metric.end;
    const running = readRunning(text, skipBreak(text, behind));
    end = running?.end ?? behind;
    if (at(innerRemark, text, end) !== null) end = innerRemark.lastIndex - 1;
    rows.push({
      event, count: null, status: 'ok', unit: '', metrics: [metric.metric], noise: noise?.value ?? null, running: running?.value ?? null,
      time: time ?? null, aggregate: ownPlace === undefined ? null : cpus === undefined ? ownPlace : `${ownPlace} ${cpus}`, group: true,
    });
  }
  return rows.length === 0 ? null : {end, rows};
};

/** True where a bare `count name` may end: line end, a remark, or the next piece of the table. */
const endsHere = (text: string, position: number, isInTable: boolean): boolean => {
  const p = skipBlank(text, position);
  const code = text.charCodeAt(p);
  return p >= text.length || code === 10 || code === 35 || at(remark, text, p) !== null || startsPiece(text, p, isInTable);
};

/** True where another piece of a table begins within the line. */
const startsPiece = (text: string, position: number, isInTable: boolean): boolean => {
  const p = skipBlank(text, position);
  if (text.startsWith('<not ', p) || readFooter(text, p) !== null || (text.charCodeAt(p) === 80 && at(headerWords, text, p) !== null)) return true;
  const next = readHead(text, readLead(text, p, false, isInTable).end) ?? readBlankGroups(text, p);
  return next !== null && (next.unit !== '' || looksLikeEvent(next.event));
};
