// Runs one block: `perf stat -v -r k` around a command, and the counts of every run.
import {rmSync, statfsSync} from 'node:fs';
import {readFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {UserError} from '../../results/error.ts';
import {parseVerboseRuns} from '../../results/import/verbose.ts';
import {visible} from '../../results/visible.ts';
import {runChild} from '../host/child.ts';
import {readSystem} from '../host/host-record.ts';
import {removeScratch, scratchFolder} from '../host/scratch.ts';
import type {Perf} from './perf.ts';
import {addsRunsUp} from './perf.ts';

/** One event of one run: the count as perf scaled it, and the times in nanoseconds. */
export interface Count {
  readonly event: string;
  readonly value: number;
  readonly enabled: number;
  readonly running: number;
}

export interface BlockResult {
  /** One list of counts per run, in order; events that were not counted are absent. */
  readonly runs: readonly (readonly Count[])[];
  /**
   * Of the last run. perf 6.1 loses it for a few in a hundred commands that end within about a
   * millisecond: it is 0 then, and `killed` is null.
   */
  readonly exitCode: number;
  /**
   * How a run was killed (`Segmentation fault`), which perf stat prints without failing; null =
   * none was.
   */
  readonly killed: string | null;
  /** The end of what perf and the command wrote to stderr. */
  readonly stderr: string;
  /** Whether the command left processes in the background, which were ended with the block. */
  readonly leftBehind: boolean;
}

export interface BlockRequest {
  readonly perf: Perf;
  readonly events: readonly string[];
  readonly runs: number;
  readonly argv: readonly string[];
  readonly cwd?: string;
  /** A scratch folder of the caller for perf's output; by default one is made. */
  readonly folder?: string;
  readonly stdin?: number;
  readonly onOutput?: (text: string) => void;
  /** Become descriptors 3, 4, … of perf and of every run. */
  readonly descriptors?: readonly number[];
  readonly extra?: readonly string[];
  /** A command that runs perf in turn: `perf record … --`. */
  readonly prefix?: readonly string[];
}

/** Runs `argv` `runs` times under one perf process and returns every run's counts. */
export const runBlock = async (request: BlockRequest): Promise<BlockResult> => {
  const folder = request.folder ?? scratchFolder('perf');
  const output = join(folder, `counts-${outputs++}.txt`);
  try {
    const {exitCode, signal, stderr, leftBehind} = await runChild({
      argv: [...(request.prefix ?? []), ...perfArgv(request, output), '--', ...request.argv],
      cwd: request.cwd,
      env: {LC_ALL: 'C'},
      descriptors: request.descriptors,
      stdin: request.stdin,
      onOutput: request.onOutput,
    });
    if (signal !== null)
      throw new UserError(`perf was killed (${signal}).`, 'Find out what ended it, and try again.');
    const text = await readFile(output, 'utf8').catch(() => '');
    const {runs} = parseVerboseRuns(text, {cumulative: addsRunsUp(request.perf.version)});
    if (runs.length === 0) refuseFailure(stderr, request.argv);
    if (text === '') throw refusal(stderr, folder);
    return {
      runs: runs.map((run) =>
        run.map((count) => ({...count, event: nameOf(count.event, request.events)})),
      ),
      exitCode: exitCode ?? 255,
      killed: killedBy(stderr, request.argv[0]),
      stderr,
      leftBehind,
    };
  } finally {
    if (request.folder === undefined) removeScratch(folder);
    else rmSync(output, {force: true});
  }
};

/** Blocks may run at the same time, each with its own file. */
let outputs = 0;

const perfArgv = (request: BlockRequest, output: string): readonly string[] => [
  request.perf.path,
  'stat',
  '-v',
  '-r',
  String(request.runs),
  '-e',
  request.events.join(','),
  '-o',
  output,
  ...(request.extra ?? []),
];

/** perf reports a failed exec(2): a missing loader, a file for another machine, too many words. */
const refuseFailure = (stderr: string, argv: readonly string[]): void => {
  const reason = /^Workload failed: (.+)$/m.exec(stderr)?.[1];
  if (reason === undefined) return;
  throw new UserError(
    `'${visible(argv[0])}' cannot be run: ${reason}.`,
    reason === 'No such file or directory'
      ? 'If the file is there, its interpreter (the #! line) or its loader is missing.'
      : 'Check that it is a program for this machine and that you may run it.',
  );
};

/** If perf printed no table at all, says why in one message and one hint. */
const refusal = (stderr: string, folder: string): UserError => {
  if (statfsSync(folder).bavail === 0)
    return new UserError(
      `perf could not write its counts: no space is left in ${tmpdir()}.`,
      'Make room there, or set TMPDIR to another folder.',
    );
  const paranoid = readSystem('/proc/sys/kernel/perf_event_paranoid');
  if (/paranoid|not permitted|permission|Access to performance monitoring/i.test(stderr)) {
    return new UserError(
      `perf may not count here (kernel.perf_event_paranoid is ${paranoid ?? 'unknown'}).`,
      'As root: sysctl kernel.perf_event_paranoid=1, or run jitstat as root.',
    );
  }
  // perf cuts a long list at the front, and points at the event in the line below.
  const [, list, blanks] = /^(event syntax error: .+)\n( *)\\___/m.exec(stderr) ?? [];
  const unknown = list?.slice(blanks.length).match(/^[^,']+/)?.[0];
  if (unknown !== undefined)
    return new UserError(
      `perf does not know the event '${visible(unknown)}'.`,
      'perf list names those of this host.',
    );
  const last = visible(lastLine(stderr));
  return new UserError(
    `perf stat printed no counts${last === '' ? '' : `: ${last}`}.`,
    'jitstat doctor shows what this host can count.',
  );
};

/** The last line that is not empty, at most 200 characters of it. */
export const lastLine = (text: string): string =>
  (text.trim().split('\n').at(-1) ?? '').slice(0, 200);

/** The words of strsignal(3) for signals that end a process. */
const signals = new RegExp(
  String.raw`^(?:Segmentation fault|Aborted|Killed|Terminated|` +
    String.raw`Illegal instruction|Bus error|Floating point exception|Trace\/breakpoint trap|` +
    String.raw`Bad system call|Hangup|Interrupt|Quit|Broken pipe|Alarm clock|` +
    String.raw`CPU time limit exceeded|File size limit exceeded|` +
    String.raw`User defined signal [12]|Real-time signal \d+)$`,
);

/** perf stat prints `COMMAND: Segmentation fault` for a run that a signal ended (psignal(3)). */
const killedBy = (stderr: string, command: string): string | null =>
  stderr
    .split('\n')
    .filter((line) => line.startsWith(`${command}: `))
    .map((line) => line.slice(command.length + 2))
    .find((words) => signals.test(words)) ?? null;

/**
 * Times are the same in every mode: if perf falls back to user mode, `task-clock:u` is the
 * requested `task-clock`.
 */
const nameOf = (answered: string, asked: readonly string[]): string => {
  const bare = answered.replace(/:u$/, '');
  return timeEvents.has(bare) && !asked.includes(answered) ? bare : answered;
};

const timeEvents: ReadonlySet<string> = new Set([
  'task-clock',
  'cpu-clock',
  'duration_time',
  'user_time',
  'system_time',
]);
