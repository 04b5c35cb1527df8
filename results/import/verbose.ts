// Reads the per-run lines of `perf stat -v -r k`: `event: value enabled running`, one line per
// event and run.
import {addsUp, takeApart} from './added-runs.ts';
import type {Lines} from './lines.ts';
import {linesOf, newFinder} from './lines.ts';
import type {VerboseCount} from './verbose-count.ts';
import {isSpace, readCount} from './verbose-count.ts';
import {headerPhrase, looksLikeEvent} from './vocabulary.ts';

/**
 * `runs` in execution order; `cumulative` = perf had added them up (6.2 to 6.4.0) and they were
 * taken apart here.
 */
export interface VerboseRuns {
  readonly runs: VerboseCount[][];
  readonly cumulative: boolean;
  /** Events perf refused to open, in the order it first named them. */
  readonly unsupported: readonly string[];
}

const runLine = /^\[ perf stat: executing run #(\d+)(?: \.\.\. \])?\s*$/;
const joined = new RegExp(
  String.raw`\[ perf stat: executing run #(\d+)|(?<!\S)([A-Za-z_]\S{0,200}): (\d{1,20}) ` +
    String.raw`(\d{1,20}) (\d{1,20})(?!\S)|(${headerPhrase})`,
  'g',
);
const elapsedLine = /^\s*(\d+\.\d+)(?: \+- \d+\.\d+)? seconds time elapsed/;
const longest = 400;
const refusals = [
  /^\s*(\S+) event is not supported by the kernel/,
  /^failed to read counter (\S+)/,
  /^\s*<not supported>\s+(?:(?:msec|ns)\s+)?(\S+)/,
] as const;

/**
 * The runs of one perf process, as printed; `first` and `last` are the indexes of the lines they
 * are in.
 */
interface Segment {
  readonly runs: VerboseCount[][];
  readonly first: number;
  last: number;
  elapsed: number | null;
  /** The table may be in the same line. */
  readonly isJoined: boolean;
  /** A line says that a run follows. */
  readonly isMarked: boolean;
}

/** The runs of one perf process, taken apart where added up; `first` and `last` index the lines. */
export interface VerboseSegment {
  readonly runs: readonly VerboseCount[][];
  readonly cumulative: boolean;
  readonly first: number;
  readonly last: number;
  /** The table may be in the same line. */
  readonly isJoined: boolean;
  /** A line says that a run follows. */
  readonly isMarked: boolean;
}

/**
 * Per-run counts from the text perf wrote with `-v` (stderr or `-o FILE`), of any version since
 * 5.10. Without `-r` perf prints no `executing run` line: the lines before the table are one run.
 * Several outputs one after another are read in turn. Lines of equal event names stay apart, in
 * perf's order. `hint.cumulative` overrules the test for added-up counts if the version is known
 * (6.2 to 6.4.0 never reset the counts between runs).
 */
export const parseVerboseRuns = (
  text: string,
  hint: {readonly cumulative?: boolean} = {},
): VerboseRuns => {
  const {segments, unsupported} = readSegments(
    linesOf(text.split('\n').map((line, i) => ({text: line, number: i + 1}))),
    true,
  );
  const parts = segments.map((segment) => partOf(segment, hint.cumulative));
  return {
    runs: parts.flatMap((part) => part.runs),
    cumulative: parts.some((part) => part.cumulative),
    unsupported,
  };
};

/**
 * The same by perf process, for texts that hold several outputs; `claimed` = 1 for each line that
 * is a count.
 */
export const readVerbose = (lines: Lines): {runs: VerboseSegment[]; claimed: Uint8Array} => {
  const {segments, claimed} = readSegments(lines, false);
  return {runs: segments.map((segment) => partOf(segment, undefined)), claimed};
};

const partOf = (segment: Segment, hint: boolean | undefined): VerboseSegment => {
  const added = segment.runs.length > 1 && (hint ?? addsUp(segment));
  return {
    runs: added ? takeApart(segment.runs) : segment.runs,
    cumulative: added,
    first: segment.first,
    last: segment.last,
    isJoined: segment.isJoined,
    isMarked: segment.isMarked,
  };
};

/** `wantsRefusals`: what perf could not count is looked for, too. */
const readSegments = (
  {text, starts, numbers, indents}: Lines,
  wantsRefusals: boolean,
): {segments: Segment[]; unsupported: string[]; claimed: Uint8Array} => {
  const claimed = new Uint8Array(numbers.length);
  const segments: Segment[] = [];
  const unsupported = new Set<string>();
  const [header, executing, elapsedWord, refused, colon] = [
    headerPhrase,
    'executing run #',
    'elapsed',
    'not supported',
    ': ',
  ].map((word) => newFinder(text, word));
  let segment: Segment | null = null;
  let run: VerboseCount[] | null = null;
  const startRun = (index: string, line: number, isJoined: boolean): void => {
    if (segment === null || run === null || index === '1')
      segments.push(
        (segment = {runs: [], first: line, last: line, elapsed: null, isJoined, isMarked: true}),
      );
    segment.runs.push((run = []));
    segment.last = line;
  };
  const addCount = (count: VerboseCount, line: number, isJoined: boolean): void => {
    if (run === null) {
      // Without -r no line says that runs follow.
      if (!looksLikeEvent(count.event)) return;
      segments.push(
        (segment = {runs: [], first: line, last: line, elapsed: null, isJoined, isMarked: false}),
      );
      segment.runs.push((run = []));
    }
    if (segment !== null) segment.last = line;
    run.push(count);
  };
  const setElapsed = (seconds: string | undefined): void => {
    if (segment !== null && seconds !== undefined) segment.elapsed = Number(seconds);
  };
  let sign = -1;
  for (let i = 0; i < numbers.length; i++) {
    const [from, end] = [starts[i], starts[i + 1] - 1];
    // Most lines of most texts hold none of the words.
    if (sign < from) sign = Math.min(header.next(from), executing.next(from), colon.next(from));
    const isElapsed = segments.length > 0 && elapsedWord.within(from, end);
    if (end === from || (sign >= end && !isElapsed && !wantsRefusals)) continue;
    let start = from + indents[i];
    while (isSpace(text.charCodeAt(start)) && start < end) start++;
    const first = text.charCodeAt(start);
    const isHeader = header.within(from, end);
    if (executing.within(from, end) || (isHeader && end - from > longest)) {
      const started = first === 91 ? runLine.exec(text.slice(start, end)) : null;
      if (started !== null) {
        startRun(started[1], i, false);
        continue;
      }
      // Line breaks were lost: runs, counts and the table are in one line.
      for (const [, index, event, value, enabled, running, isTable] of text
        .slice(from, end)
        .matchAll(joined)) {
        if (index !== undefined) startRun(index, i, true);
        else if (isTable !== undefined) run = null;
        else if (Number(running) <= Number(enabled))
          addCount(
            {event, value: Number(value), enabled: Number(enabled), running: Number(running)},
            i,
            true,
          );
      }
      continue;
    }
    if (end - from > longest) continue;
    if (isHeader) {
      run = null;
      continue;
    }
    if (isElapsed) setElapsed(elapsedLine.exec(text.slice(from, end))?.[1]);
    const count = readCount(text, start, end, colon);
    if (count !== null) {
      addCount(count, i, false);
      claimed[i] = 1;
      continue;
    }
    if (
      !wantsRefusals ||
      (!refused.within(from, end) && !(first === 102 && text.startsWith('failed', start)))
    )
      continue;
    const line = text.slice(from, end);
    for (const refusal of refusals) {
      const found = refusal.exec(line);
      if (found !== null) unsupported.add(found[1]);
    }
  }
  const filled = segments.map((one) => ({
    ...one,
    runs: one.runs.filter((counts) => counts.length > 0),
  }));
  return {
    segments: filled.filter((one) => one.runs.length > 0),
    unsupported: [...unsupported],
    claimed,
  };
};
