// Pieces that hostile inputs for the importer are made of: seeded fragments between a head and a
// tail, repeated to any size.
import {seededRandom} from './random.ts';

export interface Fragment {
  readonly head: string;
  /** Repeated until the wanted size is reached. */
  readonly body: string;
  readonly tail: string;
}

// prettier-ignore
const atoms = [
  '1', '1,234', '1.234.567', '12.5', '%', '( +- 0.5% )', '( +-', '(', ')', '[', ']', '{', '}', '"',
  "'", ',', ';', ':', '::', '|', '||', '#', '# 1.23 GHz', '<not counted>', '<not supported>', '<',
  '>', '&lt;', '&amp;', '&#', '&nbsp;', '=', '=3D', '=20', '=\n', '\\n', '\\', '\t', ' ', '  ',
  '\n', '\r', '\r\n', '\u00a0', '\u2009', '> ', '* ', '// ', '/*', '*/', '-- ', '+', '-', '+-',
  '±', '\u001b[31m', '\u001b[', '\u0000', '\ufffd', 'cycles', 'instructions', 'task-clock',
  'task-clock (msec)', 'msec task-clock', 'cycles:u', 'cpu/event=0x1/', 'cpu/', '/', 'cycles/',
  'Performance counter stats for', "Performance counter stats for 'x' (10 runs):",
  'seconds time elapsed', 'seconds', 'elapsed', 'runs', '(10 runs)', 'S0', 'CPU0', 'cpu0', 'core',
  '1.000123', '0x1f', '1e9', '1e999', 'NaN', 'inf', 'e', 'E', '.', '..', '...', '_', '~', '<br>',
  '<td>', '</td>', '<pre>', 'Benchmark', 'BenchmarkX-8', 'ns/op', 'B/op', 'goos: linux',
  '{"counter-value" : "1.0", "event" : "cycles"}', '{"a":', '[[', ']]', 'a', 'b', 'é', '中',
  '🙂', 'insn per cycle', 'of all branches', 'M/sec', 'K/sec', 'CPUs utilized', 'event', 'before',
  'after', 'quad,', 'From: ', 'Subject: ', 'On Mon, x wrote:', '$ perf stat -r 10 ', '$ ', '# ',
  'started on', 'user', 'sys', 'GHz', '(50.00%)', '100.00', ',,', ';;', '`', '```', '~~~', '---',
  '===', '| --- |', '|---|', 'variance', 'stddev', 'Samples',
] as const;
// prettier-ignore
const heads = [
  '', '', "\n Performance counter stats for 'x' (10 runs):\n\n", 'cycles: 1 2 3\n',
  '# started on Mon\n', '1.0,msec,task-clock,1,100.00\n',
  '{"counter-value" : "1.0", "unit" : "", "event" : "cycles"}\n', '| event | a |\n|---|---|\n', '[',
  '{"results":[', '"', ' 1,234 cycles ',
] as const;
// prettier-ignore
const tails = [
  '', '', '\n', '!', '"', '\n 1,234      cycles   # 1.2 GHz ( +- 0.5% )\n',
  '\n 0.5 seconds time elapsed\n', ']', ')',
] as const;

/** Inputs that once took quadratic time. */
// prettier-ignore
export const slowOnce: readonly Fragment[] = [
  {head: '1.0,msec,task-clock,1,100.00\n', body: ' ', tail: ']'},
  {head: '1.0,msec,task-clock,1,100.00\n', body: '<td>', tail: ']'},
  {head: '1.0,msec,task-clock,1,100.00\n', body: '<br>', tail: '!'},
];

export const seededFragments = (seed: number, count: number): readonly Fragment[] => {
  const random = seededRandom(seed);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)];
  const piece = (): string => pick(atoms) + pick(['', '', ' ', '  ', '\n']);
  return Array.from({length: count}, () => ({
    head: pick(heads),
    body: Array.from({length: 1 + Math.floor(random() * 5)}, piece).join(''),
    tail: pick(tails),
  }));
};

export const grown = ({head, body, tail}: Fragment, size: number): string =>
  head + body.repeat(Math.ceil(size / body.length)) + tail;
