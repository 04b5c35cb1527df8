// The reader of callgrind's format: self costs only, and only at the requested addresses.
import {expect, test} from 'vitest';
import {parseCallgrind} from './callgrind-file.ts';

const text = `# callgrind format
positions: instr
events: Ir Dr Dw

ob=???
fl=???
fn=0x0000000050000008
0x50000008 3 1
0x5000000a 3 0 3
cob=???
cfi=???
cfn=0x0000000050001000
calls=3 0x50001000 
0x5000000a 30 9 9
0x5000000f 2
jcnd=1/2 0x50000020 
0x5000000f 
0x50000020 1 1 1

fn=0x0000000050001000
0x50001000 3
0x5000000f 1

ob=/usr/bin/true
fn=main
0x50000008 100
0x1234 5
totals: 13 2 4
`;

test('sums self costs per address and leaves out callees, jumps, other objects and other addresses', () => {
  const {events, costs} = parseCallgrind(text, 0x50000000, 0x50002000);
  expect(events).toEqual(['Ir', 'Dr', 'Dw']);
  expect(Object.fromEntries(costs)).toEqual({
    [0x50000008]: {Ir: 3, Dr: 1, Dw: 0},
    [0x5000000a]: {Ir: 3, Dr: 0, Dw: 3},
    [0x5000000f]: {Ir: 3, Dr: 0, Dw: 0},
    [0x50000020]: {Ir: 1, Dr: 1, Dw: 1},
    [0x50001000]: {Ir: 3, Dr: 0, Dw: 0},
  });
});

test('addresses outside the range are left out', () => {
  expect(parseCallgrind(text, 0x50000010, 0x50000030).costs.size).toBe(1);
});
