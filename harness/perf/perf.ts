// Drives perf: finds it, asks which events it can count, and runs one block of `perf stat -v -r k`.
import {randomBytes} from 'node:crypto';
import {readFile, rm} from 'node:fs/promises';
import {execa} from 'execa';
import {UserError} from '../../results/error.ts';
import {parseVerboseRuns} from '../../results/import/verbose.ts';
import type {NotCounted} from '../../results/types.ts';
import {readSystem} from '../host/host-record.ts';
import {scratchFile} from '../host/scratch.ts';

export interface Perf {
  readonly path: string;
  readonly version: string;
}

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
   * Of the last run. perf 6.1 loses that of a few commands in a hundred that end within a
   * millisecond or so: 0 then, and `killed` null.
   */
  readonly exitCode: number;
  /**
   * How a run was killed (`Segmentation fault`), which perf stat says and does not exit by; null =
   * none was.
   */
  readonly killed: string | null;
  /** What the tool and its child wrote to stderr. */
  readonly stderr: string;
}

export interface BlockRequest {
  readonly perf: Perf;
  readonly events: readonly string[];
  readonly runs: number;
  readonly argv: readonly string[];
  readonly cwd?: string;
  /** Become descriptors 3, 4, … of perf and of every run. */
  readonly descriptors?: readonly number[];
  readonly extra?: readonly string[];
  /** A command that runs perf in its turn: `perf record … --`. */
  readonly prefix?: readonly string[];
}

const installHint =
  'Install perf (Debian, as root: apt-get install -y linux-perf), or name it in $PERF.';

/** The installed perf, `$PERF` first. Throws where there is none. */
export const findPerf = async (
  env: Readonly<Record<string, string | undefined>>,
): Promise<Perf> => {
  const path = env['PERF'] ?? 'perf';
  const answer = await execa(path, ['--version'], {reject: false, stdin: 'ignore'});
  if (answer.exitCode !== 0) throw new UserError(`perf cannot be run as '${path}'.`, installHint);
  return {path, version: /(\d+\.\d+\S*)/.exec(answer.stdout)?.[1] ?? answer.stdout.trim()};
};

/** Runs `argv` `runs` times under one perf process and returns every run's counts. */
export const runBlock = async (request: BlockRequest): Promise<BlockResult> => {
  const output = scratchFile('perf', randomBytes(4).toString('hex'));
  const [command, ...args] = [
    ...(request.prefix ?? []),
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
    '--',
    ...request.argv,
  ];
  try {
    const result = await execa(command, args, {
      reject: false,
      ...(request.cwd === undefined ? {} : {cwd: request.cwd}),
      env: {LC_ALL: 'C'},
      // execa takes a descriptor number here, but its types only know 0 to 2.
      stdio: ['ignore', 'ignore', 'pipe', ...((request.descriptors ?? []) as readonly 2[])],
    });
    const text = await readFile(output, 'utf8').catch(() => '');
    const stderr = typeof result.stderr === 'string' ? result.stderr : '';
    if (text === '') throw refusal(stderr, request.argv);
    const {runs} = parseVerboseRuns(text, {cumulative: addsRunsUp(request.perf.version)});
    return {
      runs: runs.map((run) =>
        run.map((count) => ({...count, event: nameOf(count.event, request.events)})),
      ),
      exitCode: result.exitCode ?? 255,
      killed: killedBy(stderr, request.argv[0]),
      stderr,
    };
  } finally {
    await rm(output, {force: true});
  }
};

/** The words of strsignal(3) for what ends a process. */
const signals =
  /^(?:Segmentation fault|Aborted|Killed|Terminated|Illegal instruction|Bus error|Floating point exception|Trace\/breakpoint trap|Bad system call|Hangup|Interrupt|Quit|Broken pipe|Alarm clock|CPU time limit exceeded|File size limit exceeded|User defined signal [12]|Real-time signal \d+)$/;

/** perf stat prints `COMMAND: Segmentation fault` for a run that a signal ended (psignal(3)). */
const killedBy = (stderr: string, command: string): string | null =>
  stderr
    .split('\n')
    .filter((line) => line.startsWith(`${command}: `))
    .map((line) => line.slice(command.length + 2))
    .find((words) => signals.test(words)) ?? null;

/**
 * Times are the same in every mode: where perf falls back to user mode, `task-clock:u` is the
 * `task-clock` that was asked for.
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

/** perf 6.2.0 to 6.4.0 never resets its counts between the runs of `-r`. */
export const addsRunsUp = (version: string): boolean =>
  /^6\.(?:2|3)(?:\.|$)|^6\.4(?:\.0)?$/.test(version);

/** perf printed no table at all: says why in one message and one hint. */
const refusal = (stderr: string, argv: readonly string[]): UserError => {
  const paranoid = readSystem('/proc/sys/kernel/perf_event_paranoid');
  if (/paranoid|not permitted|permission|Access to performance monitoring/i.test(stderr)) {
    return new UserError(
      `perf may not count here (kernel.perf_event_paranoid is ${paranoid ?? 'unknown'}).`,
      'As root: sysctl kernel.perf_event_paranoid=1, or run jitstat as root.',
    );
  }
  if (/Workload failed|No such file/i.test(stderr)) {
    return new UserError(
      `The command '${argv[0]}' cannot be run.`,
      'Check its path and that it is executable.',
    );
  }
  const last = stderr.trim().split('\n').at(-1) ?? '';
  return new UserError(
    `perf stat printed no counts${last === '' ? '' : `: ${last}`}.`,
    'jitstat doctor tells what this host can count.',
  );
};

/**
 * Which of `events` this host can count; the others with the reason. Where only user mode may be
 * counted
 * (kernel.perf_event_paranoid 2, the default, and not root) the names are those perf falls back to:
 * `page-faults:u`.
 */
export const probeEvents = async (
  perf: Perf,
  events: readonly string[],
): Promise<{counted: string[]; notCounted: NotCounted[]}> => {
  const {runs, stderr} = await runBlock({perf, events, runs: 1, argv: ['true']});
  const known = new Set(
    (runs[0] ?? [])
      .filter((count) => count.running > 0 || count.enabled > 0)
      .map((count) => count.event),
  );
  const counted: string[] = [];
  const notCounted: NotCounted[] = [];
  for (const event of events) {
    const user = event.endsWith('/') ? `${event}u` : `${event}:u`;
    if (known.has(event)) counted.push(event);
    else if (known.has(user) && !inKernelOnly.has(event)) counted.push(user);
    else
      notCounted.push({
        event,
        status: 'not-supported',
        reason: known.has(user) ? onlyUserMode : reasonFor(event, stderr),
      });
  }
  return {counted, notCounted};
};

/** Happen in the kernel: counted in user mode they are always 0. */
const inKernelOnly: ReadonlySet<string> = new Set([
  'context-switches',
  'cs',
  'cpu-migrations',
  'migrations',
  'cgroup-switches',
]);

const onlyUserMode =
  'only user mode may be counted here (kernel.perf_event_paranoid); this happens in the kernel';

const reasonFor = (event: string, stderr: string): string => {
  if (!hasHardwareCounters()) return 'this host offers no hardware counters (PMU)';
  return stderr.includes(`${event} event is not supported`)
    ? 'this CPU or kernel does not offer it'
    : 'perf returned no count';
};

const pmuFolders = ['cpu', 'cpu_core', 'armv8_pmuv3_0', 'armv8_pmuv3'];

/** Whether the kernel offers a PMU of the CPU. */
export const hasHardwareCounters = (): boolean =>
  pmuFolders.some((folder) => readSystem(`/sys/bus/event_source/devices/${folder}/type`) !== null);
