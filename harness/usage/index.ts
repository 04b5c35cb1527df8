// The list of commands, one entry each. A table is loaded when it is needed, and separately from
// the code of its command (commands/index.ts), so that help costs nothing.
import type {CommandTable} from '../command/command.ts';

/** In the order of the overview. */
export const commandGroups = {
  measure: 'Measure',
  read: 'Read what others measured',
  code: 'See the code',
  lab: 'Night after night',
  fleet: 'Many hosts',
  host: 'This host',
} as const;

interface Entry {
  readonly name: string;
  readonly group: keyof typeof commandGroups;
  readonly summary: string;
  readonly table: () => Promise<CommandTable>;
}

export const commandTables = [
  {
    name: 'ab',
    group: 'measure',
    summary: 'measure two variants of a workload, or two commands, interleaved; say what changed',
    table: async () => (await import('./ab.ts')).table,
  },
  {
    name: 'run',
    group: 'measure',
    summary: 'measure one side and store it, to compare later',
    table: async () => (await import('./run.ts')).table,
  },
  {
    name: 'bisect',
    group: 'measure',
    summary: 'find the commit, or the variant, that changed an event first',
    table: async () => (await import('./bisect.ts')).table,
  },
  {
    name: 'plan',
    group: 'measure',
    summary: "how many quads a workload's recorded noise needs for 1 %, 0.5 %, 0.1 %",
    table: async () => (await import('./plan.ts')).table,
  },
  {
    name: 'compare',
    group: 'read',
    summary: 'compare two sessions, two files import understands, or the tables of one file',
    table: async () => (await import('./compare.ts')).table,
  },
  {
    name: 'reply',
    group: 'read',
    summary: 'a plain-text answer to a mail with measurements',
    table: async () => (await import('./reply.ts')).table,
  },
  {
    name: 'import',
    group: 'read',
    summary: 'read perf stat text, CSV, JSON and -v runs, and the results of benchmarks',
    table: async () => (await import('./import.ts')).table,
  },
  {
    name: 'table',
    group: 'read',
    summary: 'a session, or any imported file, as a table for mail, commit message, web or script',
    table: async () => (await import('./table.ts')).table,
  },
  {
    name: 'jit',
    group: 'code',
    summary: 'the code of a program or workload: listing, hex, ELF; answers to batches',
    table: async () => (await import('./jit.ts')).table,
  },
  {
    name: 'annotate',
    group: 'code',
    summary: 'listing with executions per instruction, per BPF instruction and per step',
    table: async () => (await import('./annotate.ts')).table,
  },
  {
    name: 'size',
    group: 'code',
    summary: 'code size over many programs: sum, median, grew, shrank, by step and folder',
    table: async () => (await import('./size.ts')).table,
  },
  {
    name: 'review',
    group: 'code',
    summary: 'what a patch of the kernel JIT does: sizes, exact counts, slices, pokes, code',
    table: async () => (await import('./review.ts')).table,
  },
  {
    name: 'emitter',
    group: 'code',
    summary: 'check a program that answers compile requests: protocol, workloads, recorded images',
    table: async () => (await import('./emitter.ts')).table,
  },
  {
    name: 'poke',
    group: 'code',
    summary: 'the poke protocol: every interleaving (explore), live code patching (stress)',
    table: async () => (await import('./poke.ts')).table,
  },
  {
    name: 'nightly',
    group: 'lab',
    summary: 'measure a suite, compare with the nights before, gate on confirmed changes',
    table: async () => (await import('./nightly.ts')).table,
  },
  {
    name: 'history',
    group: 'lab',
    summary: 'levels, change points, spike rates and notes of every series in the store',
    table: async () => (await import('./history.ts')).table,
  },
  {
    name: 'report',
    group: 'lab',
    summary:
      'the page of stored sessions: charts, table, spikes, host; no network, no script needed',
    table: async () => (await import('./report.ts')).table,
  },
  {
    name: 'serve',
    group: 'lab',
    summary: 'a store in the browser: nights, workloads, sessions, compare any two, search',
    table: async () => (await import('./serve.ts')).table,
  },
  {
    name: 'store',
    group: 'lab',
    summary: 'verify a store; push it to a hub or pull from one; rebuild a database from it',
    table: async () => (await import('./store.ts')).table,
  },
  {
    name: 'note',
    group: 'lab',
    summary: 'note what happened on a date; shown on every series of the history',
    table: async () => (await import('./note.ts')).table,
  },
  {
    name: 'hub',
    group: 'fleet',
    summary: 'the server of a fleet: gives jobs to hosts, keeps their results, shows pages',
    table: async () => (await import('./hub.ts')).table,
  },
  {
    name: 'agent',
    group: 'fleet',
    summary: 'measure the jobs that a hub has for this host, one at a time',
    table: async () => (await import('./agent.ts')).table,
  },
  {
    name: 'submit',
    group: 'fleet',
    summary: 'have a fleet measure a suite at a commit, on one host or on all hosts of a class',
    table: async () => (await import('./submit.ts')).table,
  },
  {
    name: 'jobs',
    group: 'fleet',
    summary: 'what a fleet measures, has measured and will measure; cancel or retry a job',
    table: async () => (await import('./jobs.ts')).table,
  },
  {
    name: 'hosts',
    group: 'fleet',
    summary: 'the hosts of a fleet: class, state, queue; drain one or resume it',
    table: async () => (await import('./hosts.ts')).table,
  },
  {
    name: 'doctor',
    group: 'host',
    summary: 'what this host can count, what disturbs measurements, and what fixes it',
    table: async () => (await import('./doctor.ts')).table,
  },
  {
    name: 'list',
    group: 'host',
    summary: 'the workloads and variants there are, one line each',
    table: async () => (await import('./list.ts')).table,
  },
  {
    name: 'completion',
    group: 'host',
    summary: 'what bash, zsh or fish needs to complete the command line',
    table: async () => (await import('./completion.ts')).table,
  },
  {
    name: 'man',
    group: 'host',
    summary: 'the manual page',
    table: async () => (await import('./man.ts')).table,
  },
] as const satisfies readonly Entry[];
