// What is left out of a workload is named once.
import {expect, test} from 'vitest';
import {Refusal} from '../../jit/refusal.ts';
import {recordingIo} from '../testing/captured-io.ts';
import {sayLeftOut} from './left-out.ts';

test.each([
  ['a', 'program a: instruction 3: R0 is wrong', 'left out program a: instruction 3: R0 is wrong'],
  ['a', 'x.o: section tc: no function', 'left out program a: x.o: section tc: no function'],
  ['', 'x.o: section tc: no function', 'left out: x.o: section tc: no function'],
])('%s: %s', (name, message, text) => {
  const io = recordingIo({});
  sayLeftOut(
    io,
    {values: {}, positionals: [], rest: []},
    {name, error: new Refusal(message, 'Write it.')},
  );
  expect(io.stderr()).toBe(`jitstat: ${text}\n`);
});
