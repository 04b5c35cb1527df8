// The design for commands that share a core: both sides are started together, each under its own
// perf stat, pinned to one CPU; the scheduler alternates them every few milliseconds.
//
// Per-task counts (task-clock, cycles, instructions) then see the same machine at nearly the same
// time. Elapsed time is not compared: each side waits for the other.
//
//   quad ABBA:  A and B together, A started first | B and A together, B started first
import {readFileSync} from 'node:fs';
import {UserError} from '../../results/error.ts';
import type {JournalBlock} from '../../results/store/index.ts';
import {finding} from '../../results/compare/findings.ts';
import type {Comparison, Finding, NotCounted} from '../../results/types.ts';
import type {MeasureOptions, Target} from './measure-options.ts';
import type {RunnerRequest} from './runner.ts';
import {prepareBlock, runOne} from './runner.ts';

/** In runs of at least this time, in ns, the scheduler has alternated both sides often enough. */
const worthwhileNs = 50e6;

/** If whole runs of commands settled nothing, the sharper design is named. */
export const oneCoreHint = (
  {before, rows, design}: Comparison,
  options: Pick<MeasureOptions, 'design'>,
): readonly Finding[] => {
  const elapsed = rows.find((row) => row.event === 'duration_time')?.before.median ?? 0;
  const isOpen = rows.some((row) => row.primary && row.verdict === 'unsettled');
  return before.command !== undefined &&
    (options.design ?? 'abba') === 'abba' &&
    design === 'abba' &&
    isOpen &&
    elapsed >= worthwhileNs
    ? [finding('one-core-hint', {})]
    : [];
};

const elapsedEvents = ['duration_time', 'elapsed'];

/** Refuses, before anything runs, what one-core cannot do. */
export const refuseOneCore = (target: Target, options: MeasureOptions): void => {
  if (target.kind !== 'commands' || target.after === null)
    throw new UserError(
      '--design one-core compares two commands.',
      'For two variants of a workload --design slices is sharper still.',
    );
  const asked = [...(options.events ?? []), options.primary ?? ''].find((event) =>
    elapsedEvents.includes(event),
  );
  if (asked !== undefined)
    throw new UserError(
      `--design one-core cannot compare ${asked}: both sides share one core, so each waits for the ` +
        'other, and the elapsed time of either is about that of both together.',
      'Compare task-clock, or leave --design out for elapsed time.',
    );
};

/** The row that is left out, and why. */
export const elapsedNotCounted: NotCounted = {
  event: 'duration_time',
  status: 'not-counted',
  reason: 'both sides share one core and wait for each other',
};

export const withoutElapsed = (events: readonly string[]): readonly string[] =>
  events.filter((event) => !elapsedEvents.includes(event));

/**
 * `taskset -c N` with the last CPU this process may use, which usually has the fewest interrupts.
 */
export const onOneCore = (): readonly string[] => {
  const list = /^Cpus_allowed_list:\s*(\S+)$/m.exec(readFileSync('/proc/self/status', 'utf8'));
  return ['taskset', '-c', /(\d+)$/.exec(list?.[1] ?? '0')![1]];
};

/**
 * Runs the first two and the last two blocks of each quad together. If a kill interrupted a pair,
 * both run again, and only the missing block is kept.
 */
export const runTogether = async (request: RunnerRequest): Promise<readonly JournalBlock[]> => {
  const finished = [...request.done];
  const done = new Set(request.done.map((block) => block.index));
  for (let at = 0; at < request.blocks.length; at += 2) {
    const pair = request.blocks.slice(at, at + 2);
    if (pair.every((block) => done.has(block.index))) continue;
    if (pair[0].position === 0 && request.enough?.(finished) === true) break;
    const ready = await Promise.all(pair.map((block) => prepareBlock(request, block)));
    const ended = await Promise.allSettled(
      pair.map((block, place) => runOne(request, [block], ready[place])),
    );
    for (const [place, one] of ended.entries()) {
      if (one.status === 'rejected') throw one.reason;
      if (done.has(pair[place].index)) continue;
      for (const record of one.value.records) {
        request.journal.append(record);
        finished.push(record);
      }
    }
    request.onBlock(finished);
  }
  return finished;
};
