// What helpers do with their pointer arguments, as the prototypes of Linux 6.18 declare it.
import {helperName} from './helpers.ts';

/**
 * One argument:
 *
 * - `map`: must be a map; `key`, `value`: as many bytes as the map's keys or values, only read
 * - `pop`: as many bytes as the map's values, written
 * - `read`, `write`: a buffer whose size is the next argument; `fill` is written whole, and its
 *   former contents do not matter
 * - `fill8`, `write4`: a buffer of this many bytes
 * - `-`: anything else
 */
export type ArgumentKind =
  'map' | 'key' | 'value' | 'pop' | 'read' | 'write' | 'fill' | 'fill8' | 'write4' | '-';

/** Helpers that take a map or a buffer. Others do nothing to the memory their arguments point to. */
// prettier-ignore
const rows = {
  map_lookup_elem: 'map key', map_update_elem: 'map key value', map_delete_elem: 'map key',
  map_push_elem: 'map value', map_pop_elem: 'map pop', map_peek_elem: 'map pop',
  map_lookup_percpu_elem: 'map key', for_each_map_elem: 'map', tail_call: '- map',
  redirect_map: 'map', sk_redirect_map: '- map', msg_redirect_map: '- map',
  sock_map_update: '- map key', sock_hash_update: '- map key', msg_redirect_hash: '- map key',
  sk_redirect_hash: '- map key', sk_select_reuseport: '- map key', get_local_storage: 'map',
  sk_storage_get: 'map - value', sk_storage_delete: 'map', inode_storage_get: 'map - value',
  inode_storage_delete: 'map', task_storage_get: 'map - value', task_storage_delete: 'map',
  cgrp_storage_get: 'map - value', cgrp_storage_delete: 'map', timer_init: '- map',
  perf_event_read: 'map', perf_event_read_value: 'map - fill', perf_prog_read_value: '- fill',
  perf_event_output: '- map - read', skb_output: '- map - read', xdp_output: '- map - read',
  ringbuf_output: 'map read', ringbuf_reserve: 'map', ringbuf_query: 'map',
  ringbuf_reserve_dynptr: 'map', user_ringbuf_drain: 'map', get_stackid: '- map',
  skb_under_cgroup: '- map', current_task_under_cgroup: 'map',
  probe_read: 'fill', probe_read_str: 'fill', probe_read_user: 'fill', probe_read_kernel: 'fill',
  probe_read_user_str: 'fill', probe_read_kernel_str: 'fill', probe_write_user: '- read',
  copy_from_user: 'fill', copy_from_user_task: 'fill', get_current_comm: 'fill',
  trace_printk: 'read', trace_vprintk: 'read - read', seq_printf: '- read - read',
  seq_write: '- read', seq_printf_btf: '- read', snprintf: 'fill - - read',
  snprintf_btf: 'write - read', strtol: 'read - - fill8', strtoul: 'read - - fill8',
  strncmp: 'read', kallsyms_lookup_name: 'read - - fill8', btf_find_by_name_kind: 'read',
  sys_bpf: '- read', d_path: '- fill', ima_inode_hash: '- fill', ima_file_hash: '- fill',
  skb_store_bytes: '- - read', skb_load_bytes: '- - fill', skb_load_bytes_relative: '- - fill',
  xdp_load_bytes: '- - fill', xdp_store_bytes: '- - read',
  skb_get_tunnel_key: '- fill', skb_set_tunnel_key: '- read', skb_get_tunnel_opt: '- fill',
  skb_set_tunnel_opt: '- read', skb_get_xfrm_state: '- - fill', csum_diff: 'read - read',
  setsockopt: '- - - read', getsockopt: '- - - fill', bind: '- read', fib_lookup: '- write',
  check_mtu: '- - write4', lwt_push_encap: '- - read', lwt_seg6_store_bytes: '- - read',
  lwt_seg6_action: '- - read', redirect_neigh: '- read', sk_lookup_tcp: '- read',
  sk_lookup_udp: '- read', skc_lookup_tcp: '- read', tcp_check_syncookie: '- read - read',
  tcp_gen_syncookie: '- read - read', tcp_raw_gen_syncookie_ipv4: '- read',
  tcp_raw_gen_syncookie_ipv6: '- read', load_hdr_opt: '- write', store_hdr_opt: '- read',
  sysctl_get_name: '- fill', sysctl_get_current_value: '- fill', sysctl_get_new_value: '- fill',
  sysctl_set_new_value: '- read', get_stack: '- fill', get_task_stack: '- fill',
  read_branch_records: '- fill', get_branch_snapshot: 'fill', get_func_arg: '- - fill8',
  get_func_ret: '- fill8', get_ns_current_pid_tgid: '- - fill', dynptr_read: 'fill',
  dynptr_write: '- - read', dynptr_from_mem: 'read',
} as const;

const kinds: ReadonlyMap<string, readonly ArgumentKind[]> = new Map(
  Object.entries(rows).map(([name, row]) => [name, row.split(' ') as ArgumentKind[]]),
);

/** Kinds of the arguments of helper `id` from R1 on; those it does not list are `-`. */
export const argumentsOf = (id: number): readonly ArgumentKind[] =>
  kinds.get(helperName(id) ?? '') ?? [];
