// What programs of each type find at their context, as far as their code depends on it.
import {playedTypes} from '../../program-kinds.ts';
import type {PlayedType, ProgramType} from '../../program-kinds.ts';
import type {StandIn} from '../../types.ts';

export const isPlayed = (type: ProgramType): type is PlayedType =>
  (playedTypes as readonly ProgramType[]).includes(type);

/** Types that are not played whose programs see an `sk_buff` as tc programs do. */
const likePackets: readonly ProgramType[] = ['lwt_seg6local', 'sk_skb'];

/**
 * The type whose context fields a program sees. Null if its own offsets are used, because
 * kernels do so or because jitstat does not know better.
 */
export const contextOf = (type: ProgramType): PlayedType | null =>
  isPlayed(type) ? type : likePackets.includes(type) ? 'sched_cls' : null;

const structures: readonly StandIn[] = ['context of the kernel'];
const pointers: readonly StandIn[] = ['pointers of the kernel'];

/** What kernels replace plain accesses with, to the context or through its pointers. */
const unknown: Partial<Readonly<Record<ProgramType, readonly StandIn[]>>> = {
  cgroup_device: structures,
  cgroup_sock: structures,
  cgroup_sock_addr: structures,
  cgroup_sockopt: structures,
  cgroup_sysctl: structures,
  perf_event: structures,
  sk_lookup: structures,
  sk_msg: structures,
  sk_reuseport: structures,
  sock_ops: structures,
  lsm: pointers,
  netfilter: pointers,
  struct_ops: pointers,
  tracing: pointers,
};

export const contextStandIns = (type: ProgramType): readonly StandIn[] => unknown[type] ?? [];

/**
 * Programs that kernels may enter again before they return: from 6.13 on their functions with
 * large stacks get separate ones.
 */
export const mayNest = (type: ProgramType): boolean =>
  ['kprobe', 'perf_event', 'raw_tracepoint', 'tracepoint', 'tracing'].includes(type);

/** Programs that may have LD_ABS and LD_IND. */
export const readsPackets = (type: ProgramType): boolean =>
  ['cgroup_skb', 'sched_act', 'sched_cls', 'socket_filter'].includes(type);
