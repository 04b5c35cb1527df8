// Which helpers programs of each type may call: what Linux 6.18 said to one call of each. A test
// compares this with the running kernel.
import {playedTypes} from '../../../program-kinds.ts';
import type {PlayedType, ProgramType} from '../../../program-kinds.ts';
import type {Program} from '../../../types.ts';
import {helperName} from '../../word/helpers.ts';
import type {Isa} from '../../word/isa.ts';
import {isPlayed} from '../../word/program-types.ts';
import {refuse} from '../../word/refuse.ts';

const forAll = `
  map_lookup_elem map_update_elem map_delete_elem ktime_get_ns trace_printk get_prandom_u32
  get_smp_processor_id tail_call get_current_pid_tgid get_current_uid_gid get_current_comm
  get_cgroup_classid perf_event_read get_current_task current_task_under_cgroup get_numa_node_id
  perf_event_read_value get_current_cgroup_id map_push_elem map_pop_elem map_peek_elem spin_lock
  spin_unlock strtol strtoul send_signal probe_read_user probe_read_kernel probe_read_user_str
  probe_read_kernel_str send_signal_thread jiffies64 get_ns_current_pid_tgid
  get_current_ancestor_cgroup_id ktime_get_boot_ns ringbuf_output ringbuf_reserve ringbuf_submit
  ringbuf_discard ringbuf_query skc_to_tcp6_sock skc_to_tcp_sock skc_to_tcp_timewait_sock
  skc_to_tcp_request_sock skc_to_udp6_sock get_task_stack copy_from_user snprintf_btf per_cpu_ptr
  this_cpu_ptr task_storage_get task_storage_delete get_current_task_btf ktime_get_coarse_ns
  for_each_map_elem snprintf timer_init timer_set_callback timer_start timer_cancel task_pt_regs
  get_branch_snapshot trace_vprintk skc_to_unix_sock find_vma loop strncmp copy_from_user_task
  kptr_xchg map_lookup_percpu_elem skc_to_mptcp_sock dynptr_from_mem ringbuf_reserve_dynptr
  ringbuf_submit_dynptr ringbuf_discard_dynptr dynptr_read dynptr_write dynptr_data
  ktime_get_tai_ns user_ringbuf_drain cgrp_storage_get cgrp_storage_delete
`;

const ofTc = `
  skb_store_bytes l3_csum_replace l4_csum_replace clone_redirect skb_vlan_push skb_vlan_pop
  skb_get_tunnel_key skb_set_tunnel_key redirect get_route_realm perf_event_output skb_load_bytes
  csum_diff skb_get_tunnel_opt skb_set_tunnel_opt skb_change_proto skb_change_type
  skb_under_cgroup get_hash_recalc skb_change_tail skb_pull_data csum_update set_hash_invalid
  skb_change_head get_socket_cookie get_socket_uid set_hash skb_adjust_room skb_get_xfrm_state
  skb_load_bytes_relative fib_lookup skb_cgroup_id skb_ancestor_cgroup_id sk_lookup_tcp
  sk_lookup_udp sk_release sk_fullsock tcp_sock skb_ecn_set_ce get_listener_sock skc_lookup_tcp
  tcp_check_syncookie sk_storage_get sk_storage_delete tcp_gen_syncookie get_netns_cookie
  sk_assign csum_level skb_cgroup_classid redirect_neigh redirect_peer check_mtu skb_set_tstamp
  tcp_raw_gen_syncookie_ipv4 tcp_raw_gen_syncookie_ipv6 tcp_raw_check_syncookie_ipv4
  tcp_raw_check_syncookie_ipv6
`;

const ofLwt = `
  get_route_realm perf_event_output skb_load_bytes csum_diff skb_under_cgroup get_hash_recalc
  skb_pull_data
`;

const more: Readonly<Record<PlayedType, string>> = {
  sched_cls: ofTc,
  sched_act: ofTc,
  xdp: `
    redirect perf_event_output csum_diff xdp_adjust_head redirect_map xdp_adjust_meta
    xdp_adjust_tail fib_lookup sk_lookup_tcp sk_lookup_udp sk_release skc_lookup_tcp
    tcp_check_syncookie tcp_gen_syncookie check_mtu xdp_get_buff_len xdp_load_bytes xdp_store_bytes
    tcp_raw_gen_syncookie_ipv4 tcp_raw_gen_syncookie_ipv6 tcp_raw_check_syncookie_ipv4
    tcp_raw_check_syncookie_ipv6
  `,
  flow_dissector: `
    skb_load_bytes
  `,
  socket_filter: `
    perf_event_output skb_load_bytes get_socket_cookie get_socket_uid skb_load_bytes_relative
    get_netns_cookie
  `,
  cgroup_skb: `
    perf_event_output skb_load_bytes get_socket_cookie get_socket_uid skb_load_bytes_relative
    skb_cgroup_id get_local_storage skb_ancestor_cgroup_id sk_lookup_tcp sk_lookup_udp sk_release
    sk_fullsock tcp_sock skb_ecn_set_ce get_listener_sock skc_lookup_tcp sk_storage_get
    sk_storage_delete get_netns_cookie sk_cgroup_id sk_ancestor_cgroup_id
  `,
  lwt_in: `${ofLwt} lwt_push_encap`,
  lwt_out: ofLwt,
  lwt_xmit: `
    ${ofLwt} skb_store_bytes l3_csum_replace l4_csum_replace clone_redirect skb_get_tunnel_key
    skb_set_tunnel_key redirect skb_get_tunnel_opt skb_set_tunnel_opt skb_change_tail csum_update
    set_hash_invalid skb_change_head lwt_push_encap csum_level
  `,
};

const names = (text: string): string[] => text.trim().split(/\s+/);
const allowed = (type: PlayedType): ReadonlySet<string> =>
  new Set([...names(forAll), ...names(more[type])]);
const allowedFor = new Map(playedTypes.map((type) => [type, allowed(type)]));

/** True if Linux 6.18 lets programs of this type call helper `id`, or if that is not known here. */
export const isHelperOfType = (type: ProgramType, id: number): boolean =>
  !isPlayed(type) || allowedFor.get(type)?.has(helperName(id) ?? '') === true;

/** Refuses helpers of other program types. Older kernels' lists are not known here. */
export const refuseHelperOfOtherType = (
  program: Program,
  isa: Isa,
  id: number,
  at: number,
): void => {
  if (isa === 'v6.18' && !isHelperOfType(program.type, id))
    refuse(
      program,
      at,
      `program of this type cannot use helper bpf_${helperName(id)}#${id}`,
      `Linux 6.18 does not offer it to programs of type ${program.type}.`,
    );
};
