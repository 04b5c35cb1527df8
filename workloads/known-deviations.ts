// What variants do instead of a workload's expected values, for the reasons that several workloads
// share.
import type {Instead, Workload} from './types.ts';

const refusesMixing: Instead = {
  kind: 'refuse',
  text: 'tail_calls are not allowed in programs with bpf-to-bpf calls',
  why: 'before the series, tail calls and bpf2bpf calls excluded each other',
};

const neverStops: Instead = {
  kind: 'misbehave',
  outcome: 'crash',
  why:
    'the tail-call counter starts again in every subprogram, so the limit is never reached ' +
    'and the stack grows into its guard page',
};

const losesRegisters = (outcome: 'crash' | 'wrong'): Instead => ({
  kind: 'misbehave',
  outcome,
  why:
    'after a miss R6 to R9 hold what the caller had in those registers: popped, then saved ' +
    "again in place of the program's own values",
});

/** Programs whose registers matter after a tail call has missed. */
export const ofLiveRegisters: Workload['instead'] = {'unwind-nop5-push': losesRegisters('wrong')};

/** Programs with subprograms: v58 refuses them. */
export const ofBpf2bpf: Workload['instead'] = {v58: refusesMixing};

/** Programs with subprograms that follow the context in R6 after a tail call has missed. */
export const ofLiveContext: Workload['instead'] = {
  ...ofBpf2bpf,
  'unwind-nop5-push': losesRegisters('crash'),
};

/** Loops through a subprogram: the RFC and what is built on it keep one counter for each frame. */
export const ofLoops: Workload['instead'] = {
  ...ofBpf2bpf,
  rfc1: neverStops,
  'rfc1-aligned': neverStops,
  'unwind-nop5-push': neverStops,
  'unwind-nop5-push-fixed': neverStops,
};
