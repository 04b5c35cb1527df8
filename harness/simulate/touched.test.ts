// What executions touch, read from a trace in lackey's format.
import {expect, test} from 'vitest';
import {parseTrace} from './touched.ts';

const trace = `==1== Lackey
I  00401000,3
 S 7000,8
I  50000008,5
 S 10ff8,16
I  5000003e,4
 L 20000,8
I  00401000,3
 L 30000,8
I  50001000,1
 M 20008,4
I  00401000,3
I  50000008,5
I  50000ffe,4
`;

test('pages, lines and accesses of image code, one entry per execution', () => {
  expect(parseTrace(trace, {low: 0x50000000, high: 0x50002000, entry: 0x50000008})).toEqual([
    // The store spans two pages, the second instruction two lines; 0x30000 is touched by a helper.
    {codePages: 2, codeLines: 3, dataPages: 3, instructions: 3, loads: 2, stores: 2},
    // An instruction that spans two pages.
    {codePages: 2, codeLines: 3, dataPages: 0, instructions: 2, loads: 0, stores: 0},
  ]);
});
