// The texts of bench:import: one repeatable piece for every kind of input the importer reads, and
// inputs that once took quadratic time.
import {importText} from '../import/index.ts';
import {readers} from '../import/readers/index.ts';
import {parseSamplesCsv} from '../samples/samples-csv.ts';

/** An input that grows: `head`, then `body` repeated with `joint` between, then `tail`. */
export interface Kind {
  readonly name: string;
  readonly head?: string;
  readonly body: string;
  readonly joint?: string;
  readonly tail?: string;
  /** Reads the text and returns how many tables (or runs) were found. */
  readonly read: (text: string) => number;
  /** Whether anything must be found. */
  readonly finds: boolean;
}

const tables = (text: string): number => importText(text, 'bench').tables.length;

type Input = Omit<Kind, 'read' | 'finds'> & Partial<Pick<Kind, 'read' | 'finds'>>;
const kind = (input: Input): Kind => ({read: tables, finds: true, ...input});

const perfStat = `
 Performance counter stats for './compile 60000':

            199.51 msec task-clock                #    0.989 CPUs utilized
                12      context-switches          #   60.148 /sec
                 0      cpu-migrations            #    0.000 /sec
               108      page-faults               #  541.328 /sec
       698,285,003      cycles                    #    3.500 GHz                      (83.31%)
     1,068,376,055      instructions              #    1.53  insn per cycle           (83.34%)
       164,597,101      branches                  #  825.007 M/sec                    (83.35%)
         9,874,826      branch-misses             #    6.00% of all branches          (83.30%)

       0.201727031 seconds time elapsed

       0.187512000 seconds user
       0.012034000 seconds sys

`;
const perfRepeat = `
 Performance counter stats for './compile 60000' (10 runs):

            199.51 msec task-clock                #    0.989 CPUs utilized            ( +-  0.81% )
                12      context-switches          #   60.148 /sec                     ( +- 12.03% )
       698,285,003      cycles                    #    3.500 GHz                      ( +-  0.12% )  (83.31%)
     1,068,376,055      instructions              #    1.53  insn per cycle           ( +-  0.01% )  (83.34%)
         9,874,826      branch-misses             #    6.00% of all branches          ( +-  0.37% )  (83.30%)

          0.201727 +- 0.000812 seconds time elapsed  ( +-  0.40% )

`;
const run = (number: number): string =>
  `[ perf stat: executing run #${number} ... ]\n` +
  `task-clock: 19951317${number} 199513170 199513170\n` +
  `cycles: 69828500${number} 199513170 166214421\ninstructions: 106837605${number} 199513170 166274275\n`;
const perfVerbose = `Using CPUID AuthenticAMD-26-2-1\n${[1, 2, 3].map(run).join('')}${perfRepeat}`;
const quotedMail = perfRepeat.replace(/^/gm, '> > ') + '\nThat is the same here, with gcc 14.\n\n';
const csv =
  '199.51,msec,task-clock,199513170,100.00,0.989,CPUs utilized\n' +
  '698285003,,cycles,166214421,83.31,3.500,GHz\n' +
  '1068376055,,instructions,166274275,83.34,1.53,insn per cycle\n';
const json = ['cycles', 'instructions']
  .map(
    (event) =>
      `{"counter-value" : "698285003.000000", "unit" : "", "event" : "${event}", ` +
      '"event-runtime" : 166214421, "pcnt-running" : 83.31, "metric-value" : "3.5", ' +
      '"metric-unit" : "GHz"}\n',
  )
  .join('');
const hyperfineResult =
  '{"command": "./compile 60000", "mean": 0.54, "stddev": 0.02, "median": 0.54, "user": 0.51,' +
  ' "system": 0.02, "min": 0.521, "max": 0.577, "times": [0.521, 0.577, 0.531, 0.542, 0.529]}';
const googleResult =
  '{"name": "BM_Compile/60000", "run_name": "BM_Compile/60000", "run_type": "iteration",' +
  ' "iterations": 5600, "real_time": 12500.5, "cpu_time": 12498.1, "time_unit": "ns"}';
const prose = `The patch below moves the counter to a register: the compiled code is 4.2% smaller,
and on the 12 machines we tried (8 of them with 2 sockets) no test is slower. I ran the selftests
on 6.12 and 6.18; #829 and 24 others of test_bpf.ko pass, 3 are skipped as before: see the log.

`;
const interval =
  '     1.001141351        698,285,003      cycles                    #    3.500 GHz\n' +
  '     1.001141351      1,068,376,055      instructions              #    1.53  insn per cycle\n';

/** Every kind but those of the registry, whose examples are its rows. */
const inputs: readonly Input[] = [
  {name: 'perf stat', body: perfStat},
  {name: 'perf stat -r', body: perfRepeat},
  {name: 'perf stat -r -v', body: perfVerbose},
  {name: 'perf stat -I', head: '#           time             counts unit events\n', body: interval},
  {name: 'perf stat, quoted mail', body: quotedMail},
  {name: 'perf stat -x', body: csv},
  {name: 'perf stat -j', body: json},
  {name: 'hyperfine JSON', head: '{"results": [', body: hyperfineResult, joint: ',\n', tail: ']}'},
  {
    name: 'google-benchmark JSON',
    head: '{"benchmarks": [',
    body: googleResult,
    joint: ',\n',
    tail: ']}',
  },
  {
    name: 'samples.csv',
    head: 'quad,position,side,warmup,placement,duration_time,cycles\n',
    body: '0,0,before,0,0,201727031,698285003\n0,1,after,0,0,191727031,668285003\n',
    read: (text) => parseSamplesCsv(text).samples.runs,
  },
  {name: 'prose', body: prose, finds: false},
  {name: 'blanks in a row of -x', head: '1.0,msec,task-clock,1,100.00\n', body: ' ', tail: ']'},
  {name: 'tags in a row of -x', head: '1.0,msec,task-clock,1,100.00\n', body: '<td>', tail: ']'},
  {name: 'one long line', body: 'x1 ', finds: false},
  {name: 'perf stat in one line', body: perfRepeat.replaceAll('\n', ' ')},
];

export const kinds: readonly Kind[] = [
  ...inputs.map(kind),
  ...readers.map(({name, example}) => kind({name: `example: ${name}`, body: `${example}\n\n`})),
];

/** The kind's text with about `bytes` bytes of UTF-8. */
export const textOf = ({head = '', body, joint = '', tail = ''}: Kind, bytes: number): string => {
  const size = Buffer.byteLength(body + joint);
  return head + (body + joint).repeat(Math.max(1, Math.round(bytes / size)) - 1) + body + tail;
};
