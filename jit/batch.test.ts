// Batch requests that are wrong: every one is answered with its id, a short code and a reason, and
// none throws.
import {expect, test} from 'vitest';
import {answerBatch, longestRequest} from './batch.ts';
import {seededBelow} from '../results/testdata/random.ts';
import {recordedVectors} from './testdata/vectors.ts';

const exit = 'b7000000000000009500000000000000';

// prettier-ignore
const request = (changes: Record<string, unknown> = {}): Record<string, unknown> => ({
  id: 'x',
  variant: 'rfc1',
  insns: exit,
  functions: [{start: 0, base: '0x50000008', stackDepth: 0, tailCallReachable: false, subprogram: false}],
  layout: {callBase: '0x41000000'},
  ...changes,
});

const answer = (value: unknown): Record<string, unknown> =>
  JSON.parse(answerBatch(typeof value === 'string' ? value : JSON.stringify(value))) as Record<
    string,
    unknown
  >;

test('a small program', () => {
  expect(answer(request())).toEqual({
    id: 'x',
    image: '0f1f4400006690554889e54881ec0000000031c0c9c3',
    functionLengths: [22],
    pokes: [],
  });
});

test('a million instructions', () => {
  const insns = 'bf12000000000000'.repeat(999_999) + exit.slice(16);
  expect(answer(request({insns})).functionLengths).toEqual([18 + 3 * 999_999 + 2]);
});

const call = (imm: string) => `8500000000${imm}00`.padEnd(16, '0') + exit;

test.each([
  ['no JSON', 'bad-json', '{"id":'],
  ['an empty line', 'bad-json', ''],
  ['a line longer than any request', 'bad-request', ' '.repeat(longestRequest + 1)],
  ['a list', 'bad-request', []],
  ['null', 'bad-request', null],
  ['no variant', 'bad-request', request({variant: undefined})],
  ['an unknown variant', 'unknown-variant', request({variant: 'v59'})],
  ['a prototype for a variant', 'unknown-variant', request({variant: '__proto__'})],
  ['half an instruction', 'bad-request', request({insns: exit.slice(2)})],
  ['no instruction', 'bad-request', request({insns: ''})],
  ['no functions', 'bad-request', request({functions: []})],
  [
    'a function outside',
    'bad-program',
    request({
      functions: [
        {start: 0, base: 0, stackDepth: 0},
        {start: 2, base: 0, stackDepth: 0},
      ],
    }),
  ],
  [
    'functions out of order',
    'bad-program',
    request({functions: [{start: 1, base: 0, stackDepth: 0}]}),
  ],
  [
    'half a stack byte',
    'bad-request',
    request({functions: [{start: 0, base: 0, stackDepth: 0.5}]}),
  ],
  ['no layout', 'bad-request', request({layout: undefined})],
  ['another kind of branch', 'bad-request', request({layout: {indirectBranch: 'fast'}})],
  ['an address that is none', 'bad-request', request({layout: {callBase: '0xgg'}})],
  ['an unknown opcode', 'unknown-opcode', request({insns: `ff00000000000000${exit}`})],
  ['an opcode of later kernels', 'unknown-opcode', request({insns: `d700000010000000${exit}`})],
  ['a register that is none', 'bad-register', request({insns: `b70f000000000000${exit}`})],
  ['a jump out of the program', 'bad-jump', request({insns: `0500050000000000${exit}`})],
  [
    'a jump into a wide load',
    'bad-jump',
    request({insns: `0500010000000000180000000000000000000000000000009500000000000000`}),
  ],
  ['half a wide load', 'bad-program', request({insns: `${exit}1800000000000000`})],
  ['a program without an end', 'bad-program', request({insns: 'b700000000000000'})],
  ['a call of helper 0', 'bad-call', request({insns: call('00')})],
  ['a call of no function', 'bad-call', request({insns: `8510000007000000${exit}`})],
  [
    'a call out of reach',
    'call-range',
    request({insns: call('01'), layout: {callBase: '0xffffffff81000000'}}),
  ],
  [
    'an indirect tail call without its thunk',
    'no-thunk',
    request({insns: `f500000000000000${exit}`, layout: {indirectBranch: 'thunk'}}),
  ],
  [
    'an unreachable tail call',
    'bad-program',
    request({variant: 'v618', insns: `f500000001000000${exit}`}),
  ],
  [
    'tail calls and bpf2bpf calls before the series',
    'bad-program',
    request({
      variant: 'v58',
      insns: `f500000001000000${exit}${exit}`,
      functions: [
        {start: 0, base: 0, stackDepth: 512},
        {start: 3, base: 4096, stackDepth: 0},
      ],
    }),
  ],
  [
    'a layout that never settles',
    'no-convergence',
    request({
      variant: 'rfc1-aligned',
      driver: 'kernel',
      insns: `bf16000000000000f500000001000000${exit}`,
    }),
  ],
  ['another driver', 'bad-request', request({driver: 'fast'})],
])('%s: %s', (_what, code, value) => {
  const reply = answer(value);
  expect(reply).toMatchObject({error: code, reason: expect.stringMatching(/\w/)});
  if (typeof value === 'object' && value !== null && 'id' in value) expect(reply['id']).toBe('x');
});

test('mutated requests are refused or compiled, and never answered as an internal error', () => {
  const below = seededBelow(20200702);
  const records = recordedVectors('jit-emitters').filter(({insns}) => insns.length < 2000);
  const answers = new Map<string, number>();
  for (let round = 0; round < 20_000; round++) {
    const {expect: _expect, ...record} = records[below(records.length)];
    const bytes = Buffer.from(record.insns, 'hex');
    for (let change = 0; change < 1 + below(4); change++) bytes[below(bytes.length)] = below(256);
    const reply = answer({...record, insns: bytes.toString('hex')});
    const kind = String(reply['error'] ?? 'compiled');
    answers.set(kind, (answers.get(kind) ?? 0) + 1);
    expect(kind, `round ${round}: ${String(reply['reason'])}`).not.toBe('internal');
  }
  expect(answers.get('compiled')).toBeGreaterThan(1000);
  expect(answers.get('unknown-opcode')).toBeGreaterThan(1000);
});
