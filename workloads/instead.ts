// What variants do instead of a workload's expected values, for the reasons that several workloads share.
import type {Instead} from './types.ts';

/** v58: the verifier lets a program have tail calls or bpf2bpf calls, not both. */
export const refusesMixing: Instead = {
  kind: 'refuse',
  text: 'tail_calls are not allowed in programs with bpf-to-bpf calls',
  why: 'before the series tail calls and bpf2bpf calls exclude each other',
};

/** rfc1: every subprogram starts counting at zero, so a loop through a subprogram is never stopped. */
export const neverStops: Instead = {
  kind: 'misbehave',
  outcome: 'crash',
  why: 'the tail-call counter starts again in every subprogram, so the limit is never reached and the stack grows into its guard page',
};
