// Which type of program a section of an object holds: libbpf's rules for section names.
import type {PlayedType, ProgramType} from '../../program-kinds.ts';

/** How an object is read. */
export interface ReadOptions {
  /**
   * False to show code only: programs and maps that jitstat cannot run are read as well, with
   * stand-ins for what only a kernel knows. Default true.
   */
  readonly toRun?: boolean;
  /** The type of programs whose section's name does not say one. */
  readonly type?: ProgramType | undefined;
}

/** Section names (up to the first `/` or `.`) of programs that jitstat plays. */
export const playedSections: Readonly<Record<string, PlayedType>> = {
  tc: 'sched_cls',
  tcx: 'sched_cls',
  classifier: 'sched_cls',
  flow_dissector: 'flow_dissector',
  xdp: 'xdp',
  action: 'sched_act',
  socket: 'socket_filter',
  cgroup_skb: 'cgroup_skb',
  lwt_in: 'lwt_in',
  lwt_out: 'lwt_out',
  lwt_xmit: 'lwt_xmit',
};

/** The others, each with an example that the form takes. */
// prettier-ignore
export const listedSections: readonly (readonly [form: RegExp, type: ProgramType, example: string])[] = [
  [/^netkit\b/, 'sched_cls', 'netkit/primary'],
  [/^xdp/, 'xdp', 'xdp_drop'],
  [/^(k|u|kret|uret)probe(\.(multi|session))?\b/, 'kprobe', 'kretprobe/vfs_read'],
  [/^(ksyscall|kretsyscall|usdt)\b/, 'kprobe', 'usdt/libc.so.6:libc:setjmp'],
  [/^(tp|tracepoint)\b/, 'tracepoint', 'tp/sched/sched_switch'],
  [/^raw_(tp|tracepoint)\.w\b/, 'raw_tracepoint_writable', 'raw_tp.w/nbd_send_request'],
  [/^raw_(tp|tracepoint)\b/, 'raw_tracepoint', 'raw_tp/sys_enter'],
  [/^(tp_btf|fentry|fexit|fmod_ret|iter)\b/, 'tracing', 'fentry.s/vfs_read'],
  [/^freplace\b/, 'ext', 'freplace/prog'],
  [/^(lsm|lsm_cgroup)\b/, 'lsm', 'lsm.s/bpf'],
  [/^struct_ops\b/, 'struct_ops', 'struct_ops/init'],
  [/^syscall\b/, 'syscall', 'syscall'],
  [/^perf_event\b/, 'perf_event', 'perf_event'],
  [/^cgroup\/skb\b/, 'cgroup_skb', 'cgroup/skb'],
  [/^cgroup\/(sock(_create|_release)?|post_bind[46])$/, 'cgroup_sock', 'cgroup/post_bind4'],
  [/^cgroup\/[gs]etsockopt$/, 'cgroup_sockopt', 'cgroup/getsockopt'],
  [/^cgroup\/sysctl$/, 'cgroup_sysctl', 'cgroup/sysctl'],
  [/^cgroup\/dev$/, 'cgroup_device', 'cgroup/dev'],
  [/^cgroup\/\w+(4|6|_unix)$/, 'cgroup_sock_addr', 'cgroup/connect4'],
  [/^sockops\b/, 'sock_ops', 'sockops'],
  [/^sk_skb\b/, 'sk_skb', 'sk_skb/stream_parser'],
  [/^sk_msg\b/, 'sk_msg', 'sk_msg'],
  [/^sk_lookup\b/, 'sk_lookup', 'sk_lookup'],
  [/^sk_reuseport\b/, 'sk_reuseport', 'sk_reuseport/migrate'],
  [/^lwt_seg6local\b/, 'lwt_seg6local', 'lwt_seg6local'],
  [/^netfilter\b/, 'netfilter', 'netfilter'],
  [/^lirc_mode2\b/, 'lirc_mode2', 'lirc_mode2'],
];

/** Undefined if the name gives none. A `?` in front tells libbpf not to load the program. */
export const typeOfSection = (
  name: string,
  {toRun = true}: ReadOptions,
): ProgramType | undefined => {
  if (toRun) return playedSections[name.split(/[/.]/)[0]];
  const plain = name.replace(/^\?/, '');
  return (
    playedSections[plain.split(/[/.]/)[0]] ?? listedSections.find(([form]) => form.test(plain))?.[1]
  );
};
