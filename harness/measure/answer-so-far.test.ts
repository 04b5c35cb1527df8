// The answer so far: a note after a terminal's bar, one line for a pipe, nothing with --quiet.
import {expect, test} from 'vitest';
import type {JournalBlock, JournalHeader} from '../../results/store/index.ts';
import {recordingIo} from '../testing/captured-io.ts';
import {answerSoFar} from './answer-so-far.ts';
import type {MeasureOptions} from './measure-options.ts';

const header = {workload: null, before: {label: 'a'}, after: {label: 'b'}} as JournalHeader;
const options = {primary: 'duration_time', runs: null} as MeasureOptions;

/** Quads of four blocks, side after 10 % above before, with a little noise. */
const quads = (count: number): readonly JournalBlock[] =>
  Array.from({length: 4 * count}, (_, index) => {
    const position = index % 4;
    const side = position === 1 || position === 2 ? 1 : 0;
    const value = (100 + 10 * side) * (1 + 0.001 * ((index * 7) % 5));
    return {
      type: 'block',
      index,
      quad: Math.floor(index / 4),
      position,
      side,
      warmup: false,
      aa: false,
      placement: null,
      runs: [{events: {duration_time: [value, 1, 1]}}],
    } as JournalBlock;
  });

test('a terminal gets a note at the end of each quad', () => {
  const say = answerSoFar(recordingIo({errIsTerminal: true}), header, options, false);
  expect(say(quads(1))).toBeNull();
  expect(say(quads(3).slice(0, 11))).toBeNull();
  expect(say(quads(3))).toMatch(/^elapsed \+10 % \(\+9\.\d\.\.\+1\d\), 3 quads$/);
});

/** Every look at the clock is a second later. */
const clock = () => {
  let second = 0;
  return () => new Date(1000 * second++);
};

test('a pipe gets one line, once some time has passed', () => {
  const io = recordingIo({now: clock()});
  const say = answerSoFar(io, header, options, false);
  expect(say(quads(3))).toBeNull();
  expect(io.stderr()).toBe('');
  say(quads(3));
  say(quads(4));
  expect(io.stderr()).toMatch(/^so far: a -> b: elapsed \+10 % .*3 quads\n$/);
});

test.each([
  [true, options, header],
  [false, {...options, runs: 10}, header],
  [false, options, {...header, workload: 'tailcall1'}],
  [false, options, {...header, after: null}],
])('otherwise a pipe gets nothing (%#)', (quiet, chosen, head) => {
  const io = recordingIo({now: clock()});
  const say = answerSoFar(io, head, chosen, quiet);
  expect(say(quads(3))).toBeNull();
  expect(say(quads(3))).toBeNull();
  expect(io.stderr()).toBe('');
});
