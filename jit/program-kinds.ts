// The kinds of programs and maps: those that jitstat can run, and those it can only show code of.

/** Program types jitstat can play. */
// prettier-ignore
export const playedTypes = [
  'sched_cls', 'flow_dissector', 'xdp', 'sched_act', 'socket_filter', 'cgroup_skb', 'lwt_in',
  'lwt_out', 'lwt_xmit',
] as const;
export type PlayedType = (typeof playedTypes)[number];

/** Those whose code it can only show, by the kernel's names. */
// prettier-ignore
export const listedTypes = [
  'cgroup_device', 'cgroup_sock', 'cgroup_sock_addr', 'cgroup_sockopt', 'cgroup_sysctl', 'ext',
  'kprobe', 'lirc_mode2', 'lsm', 'lwt_seg6local', 'netfilter', 'perf_event', 'raw_tracepoint',
  'raw_tracepoint_writable', 'sk_lookup', 'sk_msg', 'sk_reuseport', 'sk_skb', 'sock_ops',
  'struct_ops', 'syscall', 'tracepoint', 'tracing',
] as const;
export type ListedType = (typeof listedTypes)[number];

export type ProgramType = PlayedType | ListedType;

/** True if the packet of such programs begins at its network header. */
export const startsAfterHeader = (type: ProgramType): boolean =>
  type === 'socket_filter' || type === 'cgroup_skb' || type.startsWith('lwt_');

export const mapTypes = [
  'array',
  'cgroup_storage',
  'cpumap',
  'devmap',
  'devmap_hash',
  'hash',
  'lru_hash',
  'lru_percpu_hash',
  'percpu_array',
  'percpu_cgroup_storage',
  'percpu_hash',
  'perf_event_array',
  'prog_array',
  'ringbuf',
  'sockhash',
  'sockmap',
  'xskmap',
] as const;
export type MapType = (typeof mapTypes)[number];

/** Maps that jitstat does not play: code that refers to them can be shown. */
// prettier-ignore
export const listedMapTypes = [
  'arena', 'array_of_maps', 'bloom_filter', 'cgroup_array', 'cgrp_storage', 'hash_of_maps',
  'inode_storage', 'insn_array', 'lpm_trie', 'queue', 'reuseport_sockarray', 'sk_storage', 'stack',
  'stack_trace', 'struct_ops', 'task_storage', 'unspec', 'user_ringbuf',
] as const;
export type ListedMapType = (typeof listedMapTypes)[number];

/** Maps that find values by a key of any size. */
export const isHash = (type: MapType | ListedMapType): boolean =>
  /^(?:lru_)?(?:percpu_)?hash$/.test(type);

/** Maps that the kernel creates anew for each test run: one value for the whole run. */
export const isStorage = (type: MapType | ListedMapType): boolean =>
  type.endsWith('cgroup_storage');
