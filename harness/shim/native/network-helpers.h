// Helpers that query the network, with the answers of Linux 6.18 in a test run inside a new network
// namespace: there is one interface, the loopback, and no route, neighbour or socket.
#ifndef JITSTAT_NETWORK_HELPERS_H
#define JITSTAT_NETWORK_HELPERS_H
#include "packet-helpers.h"

enum { E_NODEV = 19, E_AFNOSUPPORT = 97, LOOPBACK = 1, LOOPBACK_MTU = 65536 };

enum { MTU_CHECK_SEGMENTS = 1, MTU_FRAGMENTATION_NEEDED = 1 };

static u64 check_mtu(u64 length, u64 ifindex, u32 *mtu, u64 change) {
  if ((u32)ifindex != 0 && (u32)ifindex != LOOPBACK) return (u64)-E_NODEV;
  s32 bytes = (s32)(*mtu != 0 ? *mtu + ETHERNET_BYTES : (u32)length) + (s32)change;
  *mtu = LOOPBACK_MTU;
  return bytes <= LOOPBACK_MTU + ETHERNET_BYTES ? 0 : MTU_FRAGMENTATION_NEEDED;
}

u64 bpf_check_mtu(u64 context, u64 ifindex, u32 *mtu, u64 change, u64 flags) {
  if ((flags & ~(u64)MTU_CHECK_SEGMENTS) != 0) return (u64)-E_INVAL;
  if (flags != 0 && ((u32)change != 0 || *mtu != 0)) return (u64)-E_INVAL;
  return check_mtu(packet_bytes(context), ifindex, mtu, change);
}

u64 bpf_check_mtu_of_xdp(u64 context, u64 ifindex, u32 *mtu, u64 change, u64 flags) {
  const struct xdp *xdp = (const struct xdp *)context;
  if (flags != 0) return (u64)-E_INVAL;
  return check_mtu(xdp->data_end - xdp->data, ifindex, mtu, change);
}

/** The beginning of `struct bpf_fib_lookup`. */
struct fib_lookup {
  u8 family, protocol;
  u16 ports[2], length;
  u32 ifindex, flow, source[4], target[4];
  u8 rest[16];
};
_Static_assert(sizeof(struct fib_lookup) == 64, "size of struct bpf_fib_lookup");
enum { FIB_FLAGS = 0x3f, FIB_NOT_FORWARDED = 4, FIB_FORWARDING_DISABLED = 5, INET = 2, INET6 = 10 };

/** Multicast, link-local and loopback addresses belong to one link. */
static int is_of_link(const u32 *address) {
  const u8 *bytes = (const u8 *)address;
  int is_loopback = bytes[15] == 1;
  for (int i = 0; i < 15; i++) is_loopback &= bytes[i] == 0;
  return bytes[0] == 0xff || (bytes[0] == 0xfe && (bytes[1] & 0xc0) == 0x80) || is_loopback;
}

/** Forwarding is off unless somebody has turned it on. */
u64 bpf_fib_lookup(u64 context, const struct fib_lookup *lookup, u64 bytes, u64 flags) {
  (void)context;
  if ((s32)bytes < (s32)sizeof *lookup || ((u32)flags & ~(u32)FIB_FLAGS) != 0) return (u64)-E_INVAL;
  if (lookup->family != INET && lookup->family != INET6) return (u64)-E_AFNOSUPPORT;
  if (lookup->family == INET6 && (is_of_link(lookup->target) || is_of_link(lookup->source)))
    return FIB_NOT_FORWARDED;
  return lookup->ifindex == LOOPBACK ? FIB_FORWARDING_DISABLED : (u64)-E_NODEV;
}

enum { NEIGHBOUR_BYTES = 20 };

u64 bpf_redirect_neigh(u64 ifindex, u64 neighbour, u64 bytes, u64 flags) {
  (void)ifindex;
  (void)neighbour;
  return ((s32)bytes != 0 && (s32)bytes < NEIGHBOUR_BYTES) || flags != 0 ? TC_SHOT : TC_REDIRECT;
}

u64 bpf_redirect_peer(u64 ifindex, u64 flags) {
  (void)ifindex;
  return flags != 0 ? TC_SHOT : TC_REDIRECT;
}

/** The socket of a test run's skb is a whole one, but has no protocol. */
u64 bpf_sk_fullsock(u64 socket) { return socket; }
u64 bpf_tcp_sock(void) { return 0; }

/** The one device is down: it drops a packet on its way in as well as on its way out. */
u64 bpf_clone_redirect(u64 context, u64 ifindex, u64 flags) {
  enum { LOOPBACK = 1, DROPPED_IN = 1, DROPPED_OUT = 2 };
  (void)context;
  if ((flags & ~(u64)REDIRECT_INGRESS) != 0 || (u32)ifindex != LOOPBACK) return (u64)-E_INVAL;
  return flags != 0 ? DROPPED_IN : DROPPED_OUT;
}

/** No socket is ever found, so none is ever released or asked about. */
u64 bpf_sk_lookup_tcp(void) { return 0; }
u64 bpf_sk_lookup_udp(void) { return 0; }
u64 bpf_skc_lookup_tcp(void) { return 0; }
u64 bpf_sk_release(void) { return 0; }

/** Like `struct bpf_tunnel_key`. */
struct tunnel_key {
  u32 id, remote[4];
  u8 tos, ttl;
  u16 extension;
  u32 label, local[4];
};
_Static_assert(sizeof(struct tunnel_key) == 44, "size of struct bpf_tunnel_key");
enum { TUNNEL_IPV6 = 1, TUNNEL_SET_FLAGS = 0x1f };

/** Shorter keys come from older headers: the fields after their end are 0. */
static int is_tunnel_size(u64 bytes) {
  switch ((u32)bytes) {
    case sizeof(struct tunnel_key):
    case offsetof(struct tunnel_key, local):
    case offsetof(struct tunnel_key, label):
    case offsetof(struct tunnel_key, extension):
    case offsetof(struct tunnel_key, remote[1]): return 1;
    default: return 0;
  }
}

u64 bpf_skb_set_tunnel_key(u64 context, const u8 *from, u64 bytes, u64 flags) {
  struct tunnel_key key = {0};
  (void)context;
  if ((flags & ~(u64)TUNNEL_SET_FLAGS) != 0 || !is_tunnel_size(bytes)) return (u64)-E_INVAL;
  copy((u8 *)&key, from, (u32)bytes);
  if (((flags & TUNNEL_IPV6) == 0 && key.label != 0) || key.extension != 0) return (u64)-E_INVAL;
  return 0;
}

#endif
