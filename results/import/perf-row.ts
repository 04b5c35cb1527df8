// A row of a perf stat table, read by its tokens: never by columns, and over line ends where a mail program moved them.
import {headerWords} from './perf-items.ts';
import {at, footer, gap, noise, number, realGap, running, skipBlank, skipBreak, sticky} from './perf-tokens.ts';
import {comments, looksLikeEvent, units} from './vocabulary.ts';

/** A comment behind `#`: `value` as printed (null = nan), `text` with blanks as one and `%` in front. */
export interface Metric {
  readonly value: string | null;
  readonly text: string;
}

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

const spaced = (words: string): string => words.split(' ').map((word) => word.replaceAll(/[/%#.]/g, String.raw`\$&`)).join(String.raw`\s{1,80}`);
const metricHead = sticky(String.raw`#${gap}(-?${number}|-?nan|-?inf)${gap}(%?)`);
const knownComment = sticky(String.raw`${gap}(${comments.map(spaced).join('|')})(?![\w/-])(?:[ \t]{1,80}((?:[A-Za-z]\w{0,60}_\w{1,60}|\.\.\.)(?![\w/-])))?`);
const wrappedName = sticky(String.raw`[ \t]{0,400}\n[ \t]{0,400}([A-Za-z]\w{0,60}_\w{1,60})(?=[ \t]{0,400}(?:[(\[\n]|$))`);
const freeComment = sticky(String.raw`[ \t]{0,80}([^\s#(\[<\d+-][^\s#(\[]{0,80}(?:[ \t]{1,8}[^\s#(\[<\d+-][^\s#(\[]{0,80}){0,5})`);
const wrappedFree = sticky(String.raw`[ \t]{0,80}\n[ \t]{0,400}([A-Za-z]\w{0,80})(?=[ \t]{0,400}(?:[(\[\n]|$))`);
const leadTime = String.raw`[ \t]{0,400}(?:(\d{1,9}[.,]\d{9})[ \t]{1,80})?`;
const place = String.raw`S-?\d{1,6}(?:-[A-Z]{1,5}-?\d{1,6}){0,6}|CPU-?\d{1,6}|[NDCL]\d{1,6}`;
const cpus = String.raw`[ \t]{1,80}(?:(\d{1,9})[ \t]{1,80}(?=[\d<]))?`;
const lead = sticky(String.raw`${leadTime}(?:(${place}|[A-Za-z_<(][^\s#]{0,60}-\d{1,10})${cpus})?`);
/** Within a line a thread name cannot be told from prose. */
const innerLead = sticky(String.raw`${leadTime}(?:(${place})${cpus})?`);
const head = sticky(String.raw`(?:(${number})|<?(not supported|not counted)>?)(${realGap})(?:(${units.join('|')})${realGap})?([A-Za-z_][\w\-.:/=,@?%*+~]{0,200})`);
const blankGroups = sticky(String.raw`(\d{1,3}(?: \d{3}){1,6})(?=[ \t]{2,}[A-Za-z_])`);
const nameTail = sticky(String.raw` {0,40}(?:\((msec)\)|(\[software\]))`);
const cgroup = sticky(String.raw`[ \t]{1,80}(\/[^\s#(\[]{0,200})(?=[ \t]{0,400}(?:[#(\[\n]|$))`);
const groupHead = sticky(String.raw`[ \t]{0,400}(?:(\d{1,9}[.,]\d{9})[ \t]{1,80})?((?:Topdown|tma_|Default|[A-Z])\w{0,60}(?: \(\w{1,40}\))?)[ \t]{1,400}(?=#)`);
/** How people mark a remark behind a row. */
const remark = sticky(String.raw`//|--|<[-=]|[-=]>|;|\((?![ \t]{0,4}[\d+])`);

/**
 * A row at `position`. `isLineStart`: time and aggregation may stand before the count. `isInTable`: a table is open and the
 * piece before ended right here, so that a bare `count name` is enough; elsewhere a comment, noise or running share must follow.
 */
export const readRow = (text: string, position: number, isLineStart: boolean, isInTable: boolean): {end: number; rows: RawRow[]} | null => {
  const before = at(isLineStart ? lead : innerLead, text, position);
  const start = before === null ? position : (isLineStart ? lead : innerLead).lastIndex;
  const counted = readHead(text, start) ?? (before !== null && before[2] !== undefined ? null : isLineStart ? readBlankGroups(text, start) : null);
  if (counted === null) return null;
  const {count, status, unit, wide} = counted;
  let {event, end} = counted;
  let ownUnit = unit;
  const tail = at(nameTail, text, end);
  if (tail !== null) {
    end = nameTail.lastIndex;
    if (tail[1] !== undefined) ownUnit = 'msec';
  }
  const group = at(cgroup, text, end);
  if (group !== null) end = cgroup.lastIndex;
  const more = readDecorations(text, end);
  const isDecorated = more.end > end;
  if (!isDecorated) {
    // Where line breaks are lost prose may follow a row at once.
    const isBeforeProse = isInTable && !isLineStart && status === 'ok' && looksLikeEvent(event) && /[A-Za-z]/.test(text[skipBlank(text, end)] ?? '');
    if (!isBeforeProse && !endsHere(text, end)) return null;
    const isIndented = isLineStart && (wide || before?.[1] !== undefined || unit !== '');
    if (status === 'ok' && !isInTable && !(isIndented && looksLikeEvent(event))) return null;
    if (status === 'ok' && !wide && !looksLikeEvent(event)) return null;
    if (status !== 'ok' && !isLineStart && !isInTable && !looksLikeEvent(event)) return null;
  }
  const aggregate = [before?.[2], before?.[3], group?.[1]].filter((part) => part !== undefined).join(' ');
  return {end: more.end, rows: [{
    event, count, status, unit: ownUnit, metrics: more.metrics, noise: more.noise, running: more.running,
    time: before?.[1] ?? null, aggregate: aggregate === '' ? null : aggregate, group: false,
  }]};
};

interface Head {
  readonly count: string | null;
  readonly status: RawRow['status'];
  readonly unit: string;
  readonly event: string;
  readonly end: number;
  /** The gap before the name is two blanks or more. */
  readonly wide: boolean;
}

const readHead = (text: string, position: number): Head | null => {
  const found = at(head, text, position);
  if (found === null) return null;
  const trimmed = found[5].replace(/[.,:%?+~*=-]+$/, '');
  // A name that ends a clause (`3 things:`, `about 5.`) is prose.
  if (trimmed !== found[5]) return null;
  const status = found[2] === undefined ? 'ok' : found[2] === 'not counted' ? 'not-counted' : 'not-supported';
  return {count: found[1] ?? null, status, unit: found[4] ?? '', event: trimmed, end: head.lastIndex, wide: found[3].length > 1};
};

/** Counts whose thousands are set apart by single blanks. */
const readBlankGroups = (text: string, position: number): Head | null => {
  const found = at(blankGroups, text, position);
  if (found === null) return null;
  const rest = readHead(`1${text.slice(blankGroups.lastIndex, blankGroups.lastIndex + 700)}`, 0);
  return rest === null ? null : {...rest, count: found[1].replaceAll(' ', "'"), end: blankGroups.lastIndex + rest.end - 1};
};

/** Comments, noise and running share after a name, in any number and over line ends, as far as they can be told from prose. */
const readDecorations = (text: string, position: number): {end: number; metrics: Metric[]; noise: string | null; running: string | null} => {
  const metrics: Metric[] = [];
  let end = position;
  let ownNoise: string | null = null;
  let ownRunning: string | null = null;
  for (;;) {
    const next = skipBreak(text, end);
    const isNewLine = text.slice(end, next).includes('\n');
    const metric = ownRunning === null || isNewLine ? readMetric(text, next, isNewLine) : null;
    if (metric !== null) {
      metrics.push(metric.metric);
      end = metric.end;
      continue;
    }
    if (ownNoise === null) {
      const found = at(noise, text, next);
      if (found !== null) {
        ownNoise = found[1];
        end = noise.lastIndex;
        continue;
      }
    }
    if (ownRunning === null) {
      const found = at(running, text, next);
      if (found !== null) {
        ownRunning = found[1] ?? found[2];
        end = running.lastIndex;
        continue;
      }
    }
    return {end, metrics, noise: ownNoise, running: ownRunning};
  }
};

/** `# 3.492 GHz`. On a line of its own only perf's known comments and `%  name` count, so that remarks stay remarks. */
const readMetric = (text: string, position: number, isNewLine: boolean): {end: number; metric: Metric} | null => {
  if (text.charCodeAt(position) !== 35) return null;
  const found = at(metricHead, text, position);
  if (found === null) return null;
  const value = /[a-z]/.test(found[1]) ? null : found[1];
  const percent = found[2] === '%' ? '% ' : '';
  const start = metricHead.lastIndex;
  const known = at(knownComment, text, start);
  if (known !== null) {
    let end = knownComment.lastIndex;
    let words = known[1].replace(/\s+/g, ' ') + (known[2] === undefined ? '' : ` ${known[2]}`);
    const wrapped = known[2] === undefined && /(?:\/sec|GHz|CPUs|instructions)$/.test(words) ? at(wrappedName, text, end) : null;
    if (wrapped !== null) {
      words += ` ${wrapped[1]}`;
      end = wrappedName.lastIndex;
    }
    return {end, metric: {value, text: percent + words}};
  }
  const free = at(freeComment, text, start);
  if (free === null) {
    const wrapped = at(wrappedFree, text, start);
    if (wrapped === null || (isNewLine && percent === '')) return null;
    return {end: wrappedFree.lastIndex, metric: {value, text: percent + wrapped[1]}};
  }
  // A `%` stands before one name; in a text without line breaks more words belong to the next piece.
  const single = percent === '' ? null : /^[A-Za-z]\w*_\w+/.exec(free[1]);
  const words = single?.[0] ?? free[1].replace(/\s+/g, ' ').trimEnd();
  const end = single === null ? freeComment.lastIndex : freeComment.lastIndex - (free[1].length - single[0].length);
  const isName = /^[A-Za-z]\w*$/.test(words) || /^\S+ [A-Za-z]\w*_[\w.]*$/.test(words) || /^[\w/.]+ (?:\.\.\.)$/.test(words);
  const isPlain = isName && (value === null || /[.,]/.test(value));
  if (isNewLine ? !(percent !== '' || words.includes('_') || isPlain) : !(percent !== '' || isName)) return null;
  return {end, metric: {value, text: percent + words}};
};

/** A metric group (`TopdownL1 # 68.7 %  tma_backend_bound` and the lines below it): one row a metric, each with its own share. */
export const readGroup = (text: string, position: number): {end: number; rows: RawRow[]} | null => {
  const name = at(groupHead, text, position);
  if (name === null) return null;
  let end = groupHead.lastIndex;
  const rows: RawRow[] = [];
  for (;;) {
    const next = skipBreak(text, end);
    const metric = readMetric(text, next, true) ?? null;
    if (metric === null) break;
    end = metric.end;
    let ownNoise: string | null = null;
    let ownRunning: string | null = null;
    const noiseFound = at(noise, text, skipBreak(text, end));
    if (noiseFound !== null) {
      ownNoise = noiseFound[1];
      end = noise.lastIndex;
    }
    const runningFound = at(running, text, skipBreak(text, end));
    if (runningFound !== null) {
      ownRunning = runningFound[1] ?? runningFound[2];
      end = running.lastIndex;
    }
    rows.push({event: name[2], count: null, status: 'ok', unit: '', metrics: [metric.metric], noise: ownNoise, running: ownRunning, time: name[1] ?? null, aggregate: null, group: true});
  }
  return rows.length === 0 ? null : {end, rows};
};

/** True where a bare `count name` may end: line end, a remark, or the next piece of the table. */
const endsHere = (text: string, position: number): boolean => {
  const p = skipBlank(text, position);
  const code = text.charCodeAt(p);
  if (p >= text.length || code === 10 || code === 35 || at(remark, text, p) !== null) return true;
  if (at(footer, text, p) !== null) return true;
  if (at(headerWords, text, p) !== null) return true;
  const inner = at(innerLead, text, p);
  const isPlaced = inner !== null && (inner[1] !== undefined || inner[2] !== undefined);
  const next = readHead(text, isPlaced ? innerLead.lastIndex : p);
  return next !== null && (next.unit !== '' || looksLikeEvent(next.event));
};
