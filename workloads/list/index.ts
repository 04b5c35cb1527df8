// The list of workloads: one line each.
import {closest} from '../../jit/closest.ts';
import {Refusal} from '../../jit/refusal.ts';
import {calleeSavedWorkloads} from './callee_saved.ts';
import {empty} from './empty.ts';
import {flowDissector, flowDissector16} from './flow_dissector.ts';
import {liveAcrossMiss} from './live_across_miss.ts';
import {tailChains} from './tail_chain.ts';
import {tailcall1} from './tailcall1.ts';
import {tailcall2} from './tailcall2.ts';
import {tailcall3} from './tailcall3.ts';
import {tailcall4} from './tailcall4.ts';
import {tailcall5} from './tailcall5.ts';
import {tailcall6} from './tailcall6.ts';
import {tailcallBpf2bpf1} from './tailcall_bpf2bpf1.ts';
import {tailcallBpf2bpf2} from './tailcall_bpf2bpf2.ts';
import {tailcallBpf2bpf3} from './tailcall_bpf2bpf3.ts';
import {tailcallBpf2bpf4, tailcallBpf2bpf5} from './tailcall_bpf2bpf4.ts';
import {tailcallBpf2bpf6} from './tailcall_bpf2bpf6.ts';
import type {Workload} from '../types.ts';
import {xskRedirect} from './xsk_redirect.ts';

export {loadUserWorkload} from '../user/load.ts';

export const workloads: readonly Workload[] = [
  tailcall1,
  tailcall2,
  tailcall3,
  tailcall4,
  tailcall5,
  tailcall6,
  tailcallBpf2bpf1,
  tailcallBpf2bpf2,
  tailcallBpf2bpf3,
  tailcallBpf2bpf4,
  tailcallBpf2bpf5,
  tailcallBpf2bpf6,
  flowDissector,
  flowDissector16,
  xskRedirect,
  ...calleeSavedWorkloads,
  ...tailChains,
  liveAcrossMiss,
  empty,
];

/**
 * The workload of that name. Throws a Refusal whose hint is the nearest known name.
 */
export const findWorkload = (name: string): Workload => {
  const found = workloads.find((workload) => workload.name === name);
  if (found !== undefined) return found;
  if (/^(prog|pinned):/.test(name))
    throw new Refusal(
      `${name} is a loaded program: only jit and size take those.`,
      'jitstat jit shows its code; to run it, name the object it was loaded from.',
    );
  const names = workloads.map((workload) => workload.name);
  throw new Refusal(
    `There is no workload '${name}'.`,
    closest(name, names, 'jitstat list names the workloads.'),
  );
};
