// The list of commands: one entry each. The table of options and the code are loaded apart, and only
// when asked for, so that help costs nothing.
import type {Command, CommandTable} from '../command/command.ts';

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
  readonly load: () => Promise<Command>;
}

export const commands: readonly Entry[] = [
  {
    name: 'ab',
    group: 'measure',
    summary: 'measure two variants of a workload, or two commands, interleaved; say what changed',
    table: async () => (await import('../usage/ab.ts')).table,
    load: async () => (await import('./ab.ts')).command,
  },
  {
    name: 'run',
    group: 'measure',
    summary: 'measure one side and store it, to compare later',
    table: async () => (await import('../usage/run.ts')).table,
    load: async () => (await import('./run.ts')).command,
  },
  {
    name: 'bisect',
    group: 'measure',
    summary: 'find the commit, or the variant, that changed an event first',
    table: async () => (await import('../usage/bisect.ts')).table,
    load: async () => (await import('./bisect.ts')).command,
  },
  {
    name: 'plan',
    group: 'measure',
    summary: "how many quads a workload's recorded noise needs for 1 %, 0.5 %, 0.1 %",
    table: async () => (await import('../usage/plan.ts')).table,
    load: async () => (await import('./plan.ts')).command,
  },
  {
    name: 'compare',
    group: 'read',
    summary: 'compare two sessions, two files import understands, or the tables of one file',
    table: async () => (await import('../usage/compare.ts')).table,
    load: async () => (await import('./compare.ts')).command,
  },
  {
    name: 'reply',
    group: 'read',
    summary: 'a plain-text answer to a mail with measurements',
    table: async () => (await import('../usage/reply.ts')).table,
    load: async () => (await import('./reply.ts')).command,
  },
  {
    name: 'import',
    group: 'read',
    summary: 'read perf stat text, CSV, JSON and -v runs, and the results of benchmarks',
    table: async () => (await import('../usage/import.ts')).table,
    load: async () => (await import('./import.ts')).command,
  },
  {
    name: 'table',
    group: 'read',
    summary: 'a session, or any imported file, as a table for mail, commit message, web or script',
    table: async () => (await import('../usage/table.ts')).table,
    load: async () => (await import('./table.ts')).command,
  },
  {
    name: 'jit',
    group: 'code',
    summary: 'the code of a program or workload: listing, hex, ELF; answers to batches',
    table: async () => (await import('../usage/jit.ts')).table,
    load: async () => (await import('./jit.ts')).command,
  },
  {
    name: 'annotate',
    group: 'code',
    summary: 'listing with executions per instruction, per BPF instruction and per step',
    table: async () => (await import('../usage/annotate.ts')).table,
    load: async () => (await import('./annotate.ts')).command,
  },
  {
    name: 'size',
    group: 'code',
    summary: 'code size over many programs: sum, median, grew, shrank, by step and folder',
    table: async () => (await import('../usage/size.ts')).table,
    load: async () => (await import('./size.ts')).command,
  },
  {
    name: 'review',
    group: 'code',
    summary: 'what a patch of the kernel JIT does: sizes, exact counts, slices, pokes, code',
    table: async () => (await import('../usage/review.ts')).table,
    load: async () => (await import('./review.ts')).command,
  },
  {
    name: 'emitter',
    group: 'code',
    summary: 'check a program that answers compile requests: protocol, workloads, recorded images',
    table: async () => (await import('../usage/emitter.ts')).table,
    load: async () => (await import('./emitter.ts')).command,
  },
  {
    name: 'poke',
    group: 'code',
    summary: 'the poke protocol: every interleaving (explore), live code patching (stress)',
    table: async () => (await import('../usage/poke.ts')).table,
    load: async () => (await import('./poke.ts')).command,
  },
  {
    name: 'nightly',
    group: 'lab',
    summary: 'measure a suite, compare with the nights before, gate on confirmed changes',
    table: async () => (await import('../usage/nightly.ts')).table,
    load: async () => (await import('./nightly.ts')).command,
  },
  {
    name: 'history',
    group: 'lab',
    summary: 'levels, change points, spike rates and notes of every series in the store',
    table: async () => (await import('../usage/history.ts')).table,
    load: async () => (await import('./history.ts')).command,
  },
  {
    name: 'report',
    group: 'lab',
    summary:
      'the page of stored sessions: charts, table, spikes, host; no network, no script needed',
    table: async () => (await import('../usage/report.ts')).table,
    load: async () => (await import('./report.ts')).command,
  },
  {
    name: 'serve',
    group: 'lab',
    summary: 'a store in the browser: nights, workloads, sessions, compare any two, search',
    table: async () => (await import('../usage/serve.ts')).table,
    load: async () => (await import('./serve.ts')).command,
  },
  {
    name: 'store',
    group: 'lab',
    summary: 'verify a store; push it to a hub or pull from one; rebuild a database from it',
    table: async () => (await import('../usage/store.ts')).table,
    load: async () => (await import('./store.ts')).command,
  },
  {
    name: 'note',
    group: 'lab',
    summary: 'note what happened on a date; shown on every series of the history',
    table: async () => (await import('../usage/note.ts')).table,
    load: async () => (await import('./note.ts')).command,
  },
  {
    name: 'hub',
    group: 'fleet',
    summary: 'the server of a fleet: gives jobs to hosts, keeps their results, shows pages',
    table: async () => (await import('../usage/hub.ts')).table,
    load: async () => (await import('./hub.ts')).command,
  },
  {
    name: 'agent',
    group: 'fleet',
    summary: 'measure on this host what a hub has for it, one job at a time',
    table: async () => (await import('../usage/agent.ts')).table,
    load: async () => (await import('./agent.ts')).command,
  },
  {
    name: 'submit',
    group: 'fleet',
    summary: 'ask a fleet to measure a suite at a commit, on one host or on all of a class',
    table: async () => (await import('../usage/submit.ts')).table,
    load: async () => (await import('./submit.ts')).command,
  },
  {
    name: 'jobs',
    group: 'fleet',
    summary: 'what a fleet measures, has measured and will measure; cancel or retry a job',
    table: async () => (await import('../usage/jobs.ts')).table,
    load: async () => (await import('./jobs.ts')).command,
  },
  {
    name: 'hosts',
    group: 'fleet',
    summary: 'the hosts of a fleet: class, state, queue; drain one or resume it',
    table: async () => (await import('../usage/hosts.ts')).table,
    load: async () => (await import('./hosts.ts')).command,
  },
  {
    name: 'doctor',
    group: 'host',
    summary: 'what this host can count, what disturbs measurements, and what fixes it',
    table: async () => (await import('../usage/doctor.ts')).table,
    load: async () => (await import('./doctor.ts')).command,
  },
  {
    name: 'list',
    group: 'host',
    summary: 'what there is: workloads and variants, one line each',
    table: async () => (await import('../usage/list.ts')).table,
    load: async () => (await import('./list.ts')).command,
  },
  {
    name: 'completion',
    group: 'host',
    summary: 'what bash, zsh or fish needs to complete the command line',
    table: async () => (await import('../usage/completion.ts')).table,
    load: async () => (await import('./completion.ts')).command,
  },
  {
    name: 'man',
    group: 'host',
    summary: 'the manual page',
    table: async () => (await import('../usage/man.ts')).table,
    load: async () => (await import('./man.ts')).command,
  },
];
