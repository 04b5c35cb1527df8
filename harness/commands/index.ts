// The list of commands: one line each, loaded when called so that start-up stays short.
import type {Command} from '../command/command.ts';

interface Entry {
  readonly name: string;
  readonly summary: string;
  readonly load: () => Promise<Command>;
}

export const commands: readonly Entry[] = [
  {
    name: 'ab',
    summary: 'measure two variants of a workload, or two commands, interleaved; say what changed',
    load: async () => (await import('./ab.ts')).command,
  },
  {
    name: 'run',
    summary: 'measure one side and store it, to compare later',
    load: async () => (await import('./run.ts')).command,
  },
  {
    name: 'jit',
    summary: 'the code of a program or workload: listing, hex, ELF; answers to batches',
    load: async () => (await import('./jit.ts')).command,
  },
  {
    name: 'size',
    summary: 'code size over many programs: sum, median, grew, shrank, by step and folder',
    load: async () => (await import('./size.ts')).command,
  },
  {
    name: 'emitter',
    summary: 'check a program that answers compile requests: protocol, workloads, recorded images',
    load: async () => (await import('./emitter.ts')).command,
  },
  {
    name: 'review',
    summary: 'what a patch of the kernel JIT does: sizes, exact counts, slices, pokes, code',
    load: async () => (await import('./review.ts')).command,
  },
  {
    name: 'doctor',
    summary: 'what this host can count, what disturbs measurements, and what fixes it',
    load: async () => (await import('./doctor.ts')).command,
  },
  {
    name: 'plan',
    summary: "how many quads a workload's recorded noise needs for 1 %, 0.5 %, 0.1 %",
    load: async () => (await import('./plan.ts')).command,
  },
  {
    name: 'list',
    summary: 'what there is: workloads and variants, one line each',
    load: async () => (await import('./list.ts')).command,
  },
  {
    name: 'poke',
    summary: 'the poke protocol: every interleaving (explore), live code patching (stress)',
    load: async () => (await import('./poke.ts')).command,
  },
  {
    name: 'report',
    summary:
      'the page of stored sessions: charts, table, spikes, host; no network, no script needed',
    load: async () => (await import('./report.ts')).command,
  },
  {
    name: 'serve',
    summary: 'a store in the browser: nights, workloads, sessions, compare any two, search',
    load: async () => (await import('./serve.ts')).command,
  },
  {
    name: 'store',
    summary: 'verify a store: read every file and check its checksum',
    load: async () => (await import('./store.ts')).command,
  },
  {
    name: 'nightly',
    summary: 'measure a suite, compare with the nights before, gate on confirmed changes',
    load: async () => (await import('./nightly.ts')).command,
  },
  {
    name: 'history',
    summary: 'levels, change points, spike rates and notes of every series in the store',
    load: async () => (await import('./history.ts')).command,
  },
  {
    name: 'bisect',
    summary: 'find the commit, or the variant, that changed an event first',
    load: async () => (await import('./bisect.ts')).command,
  },
  {
    name: 'note',
    summary: 'note what happened on a date; shown on every series of the history',
    load: async () => (await import('./note.ts')).command,
  },
  {
    name: 'import',
    summary: 'read perf stat text, CSV, JSON and -v runs, and the results of benchmarks',
    load: async () => (await import('./import.ts')).command,
  },
  {
    name: 'compare',
    summary: 'compare two sessions, two files import understands, or the tables of one file',
    load: async () => (await import('./compare.ts')).command,
  },
  {
    name: 'reply',
    summary: 'a plain-text answer to a mail with measurements',
    load: async () => (await import('./reply.ts')).command,
  },
  {
    name: 'table',
    summary: 'a session, or any imported file, as a table for mail, commit message, web or script',
    load: async () => (await import('./table.ts')).command,
  },
  {
    name: 'annotate',
    summary: 'listing with executions per instruction, per BPF instruction and per step',
    load: async () => (await import('./annotate.ts')).command,
  },
];
