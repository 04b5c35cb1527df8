// samples.csv: what is read, what is written back, and the message for each kind of damage.
import {expect, test} from 'vitest';
import {UserError} from '../error.ts';
import {randomFrom} from '../stats/random.ts';
import {formatSamplesCsv, parseSamplesCsv} from './samples-csv.ts';
import {firstQuads} from './select.ts';
import {sideStats} from './side-stats.ts';

const good = `quad,position,side,warmup,task-clock,cycles,cycles:enabled,cycles:running
0,0,before,1,12.5,100,10,5
1,0,before,0,12.25,,10,0
1,1,after,0,13,110,10,5
1,2,after,0,13.5,120,10,10
1,3,before,0,12,<not counted>,10,0
`;

test('columns, units and the times of an event', () => {
  const {samples, warnings} = parseSamplesCsv(good);
  expect(warnings).toEqual([]);
  expect(samples.runs).toBe(5);
  expect([...samples.side]).toEqual([0, 0, 1, 1, 0]);
  expect([...samples.warmup]).toEqual([1, 0, 0, 0, 0]);
  expect(samples.events.map((series) => [series.event, series.unit])).toEqual([
    ['task-clock', 'msec'],
    ['cycles', ''],
  ]);
  expect([...samples.events[1].value]).toEqual([100, Number.NaN, 110, 120, Number.NaN]);
  expect(samples.events[1].running?.[3]).toBe(10);
  expect(samples.events[0].enabled).toBeNull();
});

test('written back it reads the same', () => {
  const {samples} = parseSamplesCsv(good);
  expect(parseSamplesCsv(formatSamplesCsv(samples)).samples).toEqual(samples);
});

test('event names with commas are quoted', () => {
  const text =
    'quad,position,side,warmup,"cpu/event=0x1,umask=0x2/"\n0,0,before,0,1\n0,1,after,0,2\n';
  const {samples} = parseSamplesCsv(text);
  expect(samples.events[0].event).toBe('cpu/event=0x1,umask=0x2/');
  expect(formatSamplesCsv(samples)).toBe(text);
});

test('carriage returns, a byte order mark, blank lines and a missing last line end', () => {
  const {samples} = parseSamplesCsv(
    '\ufeffquad,position,side,warmup,x\r\n0,0,before,0,1\r\n\r\n0,1,after,0,2',
  );
  expect([...samples.events[0].value]).toEqual([1, 2]);
});

test.each([
  '0',
  '7',
  '007',
  '12.',
  '0.1',
  '1.005',
  '123456789012.345',
  '999999999999999',
  '9007199254740993',
  '0.000000000000001',
  '12345678901234567890',
  '1e3',
  '2.5E-7',
  ' 3 ',
  '+4',
  '0x10',
])('%s is read as the double it names', (field) => {
  const {samples} = parseSamplesCsv(
    `quad,position,side,warmup,x,y\n0,0,before,0,${field},${field}\n0,1,after,0,2,${field}`,
  );
  expect([samples.events[0].value[0], ...samples.events[1].value]).toEqual([
    Number(field),
    Number(field),
    Number(field),
  ]);
});

test('decimals of every length are read as the doubles they name', () => {
  const random = randomFrom(1);
  const fields = Array.from({length: 4000}, (_, i) =>
    (random.uniform() * 10 ** (i % 16)).toFixed(i % 12),
  );
  const {samples} = parseSamplesCsv(
    `quad,position,side,warmup,x\n${fields.map((field) => `0,0,before,0,${field}`).join('\n')}`,
  );
  expect([...samples.events[0].value]).toEqual(fields.map(Number));
});

test('a missing side is reported', () => {
  expect(parseSamplesCsv('quad,position,side,warmup,x\n0,0,before,0,1\n').warnings).toEqual([
    {code: 'side-missing', text: "Side 'after' has no runs."},
  ]);
});

test.each([
  ['nothing', '', /Column 1 of line 1 is ''/],
  ['only a header', 'quad,position,side,warmup,x\n', /contain no runs/],
  ['another header', 'run,side\n1,2\n', /Column 1 of line 1 is 'run', not 'quad'/],
  ['no event', 'quad,position,side,warmup\n0,0,before,0\n', /name no events/],
  ['an event that occurs twice', 'quad,position,side,warmup,x,x\n', /names 'x' twice/],
  ['times without counts', 'quad,position,side,warmup,x,y:running\n', /'y:running' but no 'y'/],
  [
    'too few fields',
    'quad,position,side,warmup,x\n0,0,before,0\n',
    /Line 2 has 4 fields, the header has 5/,
  ],
  [
    'too few fields, and a line after',
    'quad,position,side,warmup,x\n0,0,before,0\n0,1,after,0,5\n',
    /Line 2 has 4 fields, the header has 5/,
  ],
  [
    'two fields too few, and a line after',
    'quad,position,side,warmup,x,y\n0,0,before,0\n0,1,after,0,5,6\n',
    /Line 2 has 4 fields, the header has 6/,
  ],
  ['too many fields', 'quad,position,side,warmup,x\n0,0,before,0,1,2\n', /Line 2 has more fields/],
  [
    'a wrong side',
    'quad,position,side,warmup,x\n0,0,before,0,1\n0,1,left,0,1\n',
    /Line 3: 'left' is not a side/,
  ],
  ['a wrong quad', 'quad,position,side,warmup,x\n-1,0,before,0,1\n', /Line 2: '-1' is not a quad/],
  [
    'a fraction of a position',
    'quad,position,side,warmup,x\n0,0.5,before,0,1\n',
    /Line 2: '0.5' is not a position/,
  ],
  ['a wrong warm-up', 'quad,position,side,warmup,x\n0,0,before,maybe,1\n', /warmup is 'maybe'/],
  [
    'a word for a count',
    'quad,position,side,warmup,x\n\n0,0,before,0,many\n',
    /Line 3: 'many' is not a count of x/,
  ],
  [
    'an infinite count',
    'quad,position,side,warmup,x\n0,0,before,0,Infinity\n',
    /Line 2: 'Infinity' is not a count of x/,
  ],
  ['a negative count', 'quad,position,side,warmup,x\n0,0,before,0,-3\n', /Line 2: x is negative/],
])('%s', (_, text, message) => {
  expect(() => parseSamplesCsv(text)).toThrow(UserError);
  expect(() => parseSamplesCsv(text)).toThrow(message);
});

test('figures of a side leave warm-up and uncounted runs out', () => {
  const {samples} = parseSamplesCsv(good);
  expect(sideStats(samples, samples.events[0], 0)).toEqual({
    n: 2,
    mean: 12.125,
    median: 12.125,
    sem: 0.125,
    sd: Math.SQRT1_2 / 4,
    running: null,
  });
  expect(sideStats(samples, samples.events[1], 0)).toMatchObject({n: 0, mean: null});
  expect(sideStats(samples, samples.events[1], 1).running).toBe(0.75);
});

test('the first quads of a session', () => {
  const {samples} = parseSamplesCsv(good);
  expect(firstQuads(samples, 1).runs).toBe(4);
  expect([...firstQuads(samples, 1).events[0].value]).toEqual([12.25, 13, 13.5, 12]);
});
