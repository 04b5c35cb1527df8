// The words perf stat prints: its header, units, comments after `#`, and the event names known
// without a header above them.

import {remembered} from './repeated-words.ts';

/** The words above every table, before the command. */
export const headerPhrase = 'Performance counter stats for';

const tableWords = new RegExp(`${headerPhrase}|seconds time elapsed`);
/** True if a line of something else holds a table of perf, too: its line breaks were lost. */
export const holdsTable = (text: string): boolean => tableWords.test(text);

/** Units that are between a count and its event. */
export const units = [
  'msec',
  'usec',
  'nsec',
  'sec',
  'ns',
  'us',
  'ms',
  'MiB',
  'KiB',
  'GiB',
  'MB',
  'KB',
  'GB',
  'B',
  'Bytes',
  'bytes',
  'byte',
  'Joules',
  'Watts',
  'W',
  'C',
  '%',
  'clks',
  'MiB/s',
] as const;

export const unitNames: ReadonlySet<string> = new Set(units);

/**
 * Comments of perf up to 6.18, blanks as one; longer ones first where one begins another. `%`
 * before them is read apart.
 */
// prettier-ignore
export const comments = [
  'CPUs utilized', 'CPUs utilised', 'GHz', 'insn per cycle', 'insns per cycle',
  'stalled cycles per insn', 'stalled cycles per instruction', 'frontend cycles idle',
  'backend cycles idle', 'of all branches', 'of all L1-dcache hits', 'of all L1-dcache accesses',
  'of all L1-icache hits', 'of all L1-icache accesses', 'of all LL-cache hits',
  'of all LL-cache accesses', 'of all dTLB cache hits', 'of all dTLB cache accesses',
  'of all iTLB cache hits', 'of all iTLB cache accesses', 'of all cache refs',
  'of all cache accesses', 'cycles per transaction', 'cycles per elision', 'transactional cycles',
  'aborted cycles', 'SMI cycles%', 'SMI#', 'retiring', 'bad speculation', 'frontend bound',
  'backend bound', 'heavy operations', 'light operations', 'branch mispredict', 'machine clears',
  'fetch latency', 'fetch bandwidth', 'memory bound', 'Core bound', 'CPUs', 'K/sec', 'M/sec',
  'G/sec', '/sec', 'cs/sec', 'migrations/sec', 'faults/sec', 'instructions',
] as const;

/**
 * Events perf counts by default or by name on most machines, as a pattern: sure signs of a count
 * wherever they are.
 */
export const knownEvent =
  String.raw`(?:task-clock|cpu-clock|duration_time|user_time|system_time|context-switches` +
  String.raw`|[cC][pP][uU]-migrations|page-faults|(?:minor|major)-faults|cpu-cycles` +
  String.raw`|ref-cycles|bus-cycles|cycles|instructions|branches|branch-(?:instructions|loads` +
  String.raw`|load-misses|misses)|stalled-cycles-\w+|L1-[di]cache-[\w-]+|LLC-[\w-]+` +
  String.raw`|[di]TLB-[\w-]+|node-(?:loads|stores|prefetches|load-misses|store-misses` +
  String.raw`|prefetch-misses)|cache-(?:references|misses))`;

const wholeComments: ReadonlySet<string> = new Set(comments);
/** True if words are one of perf's comments. */
export const isWholeComment = (words: string): boolean => wholeComments.has(words);
/** True if words are a whole comment: one of perf's, or `%` and a name. */
export const isComment = (words: string): boolean =>
  wholeComments.has(words) || /^%\s{1,2}[A-Za-z]\w*$/.test(words);

/**
 * Plain-word event names; anything with `-`, `_`, `/`, `:` or `.` in it is taken for an event by
 * its shape.
 */
const plainEvents = new Set([
  'cycles',
  'instructions',
  'branches',
  'faults',
  'cs',
  'migrations',
  'dummy',
  'branch',
  'slots',
  'loads',
  'stores',
]);

const eventShape = /[-_/:.]/;

/** `requests/sec`, `MB/s`, `allocs/op`: figures of other tools. */
const rate =
  /\/(?:s|secs?|seconds?|min|minutes?|h|hours?|days?|ops?|[iI]ter(?:ation)?s?|byte|packet|request|call)$/;

/** Addresses and files. */
const address = /@|:\/\/|\.(?:c|h|cc|cpp|rs|go|py|js|ts|md|txt|com|org|net)$/;

/**
 * True if a word can only be an event: a known plain word, or the shape of perf's compound
 * names.
 */
export const looksLikeEvent = remembered(
  (word) =>
    plainEvents.has(word) ||
    (eventShape.test(word) && !rate.test(word) && !address.test(word)) ||
    /^r[0-9a-f]{1,16}$/.test(word),
);

const pmuEvent =
  /^[A-Za-z_][\w.-]*\/[^\s/]+\/[a-zA-Z]{0,8}$|^[a-z]\w*:[a-z]\w*(?::[a-zA-Z]{1,8})?$/;
/**
 * True for a PMU's event (`cpu/event=0x3c/`) or a tracepoint (`sched:sched_switch`), named whole.
 */
const isWholeName = (word: string): boolean => pmuEvent.test(word);

const wholeKnown = new RegExp(`^${knownEvent}(?::[a-zA-Z]{1,8})?$`);
/** True if a word is an event of perf and not a word of prose. */
export const isKnownEvent = remembered((word) => wholeKnown.test(word));

/** True for perf's own event, a PMU's event named whole, or a tracepoint. */
export const isPerfsName = remembered((word) => isKnownEvent(word) || isWholeName(word));
