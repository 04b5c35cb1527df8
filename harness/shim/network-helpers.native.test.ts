// Helpers that query the network, change a packet's size or keep records, against the running
// kernel: the same program under BPF_PROG_TEST_RUN returns the same.
import {describe, expect, test} from 'vitest';
import {linuxContextFields} from '../../jit/bpf/verify/context-fields.ts';
import {playedTypes} from '../../jit/program-kinds.ts';
import type {ProgramType} from '../../jit/program-kinds.ts';
import type {MapSpec} from '../../jit/types.ts';
import {bpfRefused} from '../testing/bpf-allowed.ts';
import {playBoth} from '../testing/play-both.ts';
import {olderThanV618} from '../testing/running-kernel.ts';
import {begin, call, fill, program, set} from './helper-programs.fixture.ts';

const refused = (await bpfRefused()) ?? olderThanV618;

type Case = readonly [name: string, type: ProgramType, source: string];

const both = ['xdp', 'sched_cls'] as const;

// prettier-ignore
const mtus = [
  [0, 0, 0, 0], [1, 0, 0, 0], [99, 0, 0, 0], [0, 1500, 0, 0], [0, 65536, 0, 0], [0, 65537, 0, 0],
  [0, 0, -20, 0], [0, 0, 65536, 0], [0, 0, 0, 1], [0, 1500, 0, 1], [0, 0, 4, 1], [0, 0, 0, 2],
] as const;
const mtu: readonly Case[] = mtus.flatMap(([ifindex, length, change, flags]) =>
  both.map((type): Case => [
    `check_mtu ${ifindex} ${length} ${change} ${flags}, ${type}`,
    type,
    program(
      set(4, -8, length),
      `r1 = r6; r2 = ${ifindex}; r3 = r10; r3 += -8; r4 = ${change}; r5 = ${flags}
       call check_mtu; r7 = r0; r1 = *(u32 *)(r10 - 8); r7 *= 31; r7 += r1`,
    ),
  ]),
);

/** Family, interface, first and last byte of the target, size, flags. */
// prettier-ignore
const lookups = [
  [2, 1, 10, 1, 64, 0], [2, 1, 127, 1, 64, 0], [2, 99, 10, 1, 64, 0], [10, 1, 0x20, 1, 64, 0],
  [10, 1, 0xff, 1, 64, 0], [10, 1, 0, 1, 64, 0], [10, 99, 0x20, 1, 64, 0], [10, 99, 0xff, 1, 64, 0],
  [7, 1, 10, 1, 64, 0], [2, 1, 10, 1, 60, 0], [2, 1, 10, 1, 64, 1], [2, 1, 10, 1, 64, 3],
  [2, 1, 10, 1, 64, 0x40], [2, 1, 10, 1, 64, 4], [2, 1, 10, 1, 64, 8],
] as const;
const fib: readonly Case[] = lookups.flatMap(([family, ifindex, first, last, size, flags]) =>
  both.map((type): Case => [
    `fib_lookup ${family} ${ifindex} ${first} ${last} ${size} ${flags}, ${type}`,
    type,
    program(
      fill(-64, 0),
      set(1, -64, family),
      set(4, -56, ifindex),
      set(1, -48, 0x20),
      set(1, -32, first),
      set(1, -17, last),
      `r1 = r6; r2 = r10; r2 += -64; r3 = ${size}; r4 = ${flags}; call fib_lookup; r7 = r0`,
      'r1 = *(u64 *)(r10 - 64); r7 ^= r1; r1 = *(u64 *)(r10 - 56); r7 ^= r1',
    ),
  ]),
);

const neighbours: readonly Case[] = [
  ...[
    [1, 0, 0],
    [9, 0, 0],
    [1, 0, 1],
    [1, 20, 0],
    [1, 19, 0],
    [1, 24, 0],
  ].map(([ifindex, bytes, flags]): Case => [
    `redirect_neigh ${ifindex} ${bytes} ${flags}`,
    'sched_cls',
    program(
      fill(-24, 0),
      `r1 = ${ifindex}; r2 = ${bytes === 0 ? '0' : 'r10; r2 += -24'}; r3 = ${bytes}; r4 = ${flags}
       call redirect_neigh; r7 = r0`,
    ),
  ]),
  ...[0, 1].map((flags): Case => [
    `redirect_peer ${flags}`,
    'sched_cls',
    program(call('redirect_peer', 1, flags)),
  ]),
];

// prettier-ignore
const tunnels = [
  [44, 0, 0, 0], [28, 0, 0, 0], [24, 0, 0, 0], [22, 0, 0, 0], [8, 0, 0, 0], [20, 0, 0, 0],
  [40, 0, 0, 0], [44, 1, 0, 0], [44, 31, 0, 0], [44, 32, 0, 0], [44, 64, 0, 0], [44, 0, 5, 0],
  [44, 1, 5, 0], [44, 0, 0, 5], [24, 0, 5, 0], [22, 0, 0, 5],
] as const;
const tunnel: readonly Case[] = tunnels.map(([bytes, flags, label, extension]) => [
  `skb_set_tunnel_key ${bytes} ${flags} ${label} ${extension}`,
  'sched_cls',
  program(
    fill(-48, 0),
    set(2, -26, extension),
    set(4, -24, label),
    `r1 = r6; r2 = r10; r2 += -48; r3 = ${bytes}; r4 = ${flags}; call skb_set_tunnel_key; r7 = r0`,
  ),
]);

/** The bounds as the program sees them, and the last bytes. */
const xdpBytes = `r1 = *(u32 *)(r6 + 0); r2 = *(u32 *)(r6 + 4); r2 -= r1; r7 *= 31; r7 += r2
  r1 = r6; call xdp_get_buff_len; r7 *= 31; r7 += r0
  r1 = 0; *(u64 *)(r10 - 8) = r1`;
const xdpRead = (offset: number, bytes: number): string =>
  `r1 = r6; r2 = ${offset}; r3 = r10; r3 += -8; r4 = ${bytes}; call xdp_load_bytes
   r7 *= 31; r7 += r0; r1 = *(u64 *)(r10 - 8); r7 ^= r1`;
const tails: readonly Case[] = [
  0, 1, 100, 3466, 3467, 4000, -1, -40, -46, -47, -100, 0x7fff_ffff,
].map((by) => [
  `xdp_adjust_tail ${by}`,
  'xdp',
  program(call('xdp_adjust_tail', 'r6', by), xdpBytes, xdpRead(12, 8), xdpRead(56, 8)),
]);
const xdpParts: readonly Case[] = [
  ...[
    [0, 8],
    [50, 4],
    [53, 8],
    [60, 1],
    [0x10000, 1],
    [70, 8],
  ].map(([offset, bytes]): Case => [
    `xdp_load_bytes ${offset} ${bytes}`,
    'xdp',
    program(xdpBytes, xdpRead(offset, bytes)),
  ]),
  ...[0, 10, 50, 54, 55, 0x10000].map((offset): Case => [
    `xdp_store_bytes ${offset}`,
    'xdp',
    program(
      fill(-16, 0x5a),
      `r1 = r6; r2 = ${offset}; r3 = r10; r3 += -16; r4 = 6; call xdp_store_bytes; r7 = r0`,
      xdpBytes,
      xdpRead(8, 8),
    ),
  ]),
];

const skbRead = (offset: number): string =>
  `r1 = r6; r2 = ${offset}; r3 = r10; r3 += -8; r4 = 8; call skb_load_bytes
   r7 *= 31; r7 += r0; r1 = *(u64 *)(r10 - 8); r7 ^= r1; r1 = *(u32 *)(r6 + 0); r7 += r1
   r1 = *(u32 *)(r6 + 76); r2 = *(u32 *)(r6 + 80); r2 -= r1; r7 *= 31; r7 += r2`;
const sizes: readonly Case[] = [
  ...[
    [54, 0],
    [60, 0],
    [14, 0],
    [13, 0],
    [0, 0],
    [20, 0],
    [200, 0],
    [16064, 0],
    [16065, 0],
    [60, 1],
  ].map(([bytes, flags]): Case => [
    `skb_change_tail ${bytes} ${flags}`,
    'sched_cls',
    program(call('skb_change_tail', 'r6', bytes, flags), skbRead(8), skbRead(50), skbRead(190)),
  ]),
  ...[
    [0, 0],
    [14, 0],
    [100, 0],
    [4000, 0],
    [16004, 0],
    [16005, 0],
    [-1, 0],
    [14, 1],
  ].map(([bytes, flags]): Case => [
    `skb_change_head ${bytes} ${flags}`,
    'sched_cls',
    program(call('skb_change_head', 'r6', bytes, flags), skbRead(0), skbRead(12), skbRead(60)),
  ]),
];

const fields: readonly Case[] = [
  ...[0, 1, 2, 3, 4, 7].map((type): Case => [
    `skb_change_type ${type}`,
    'sched_cls',
    program(call('skb_change_type', 'r6', type), 'r1 = *(u32 *)(r6 + 4); r7 *= 31; r7 += r1'),
  ]),
  ['csum_update', 'sched_cls', program(call('csum_update', 'r6', 17))],
  [
    'set_hash, get_hash_recalc, set_hash_invalid',
    'sched_cls',
    program(
      call('set_hash', 'r6', 77),
      'r1 = *(u32 *)(r6 + 68); r7 += r1',
      call('get_hash_recalc', 'r6'),
      call('set_hash_invalid', 'r6'),
      'r1 = *(u32 *)(r6 + 68); r7 *= 31; r7 += r1',
    ),
  ],
];

const storage: MapSpec = {
  name: 'storage',
  type: 'cgroup_storage',
  keyBytes: 8,
  valueBytes: 8,
  maxEntries: 0,
};
const ring: MapSpec = {name: 'ring', type: 'ringbuf', keyBytes: 0, valueBytes: 0, maxEntries: 4096};
const devices = (type: MapSpec['type']): MapSpec => ({
  name: 'devices',
  type,
  keyBytes: 4,
  valueBytes: 4,
  maxEntries: 4,
});

const output = (bytes: number, flags: number): string =>
  `r1 = map ring ll; r2 = r10; r2 += -512; r3 = ${bytes}; r4 = ${flags}; call ringbuf_output
   r7 *= 31; r7 += r0`;
const reserve = (bytes: number, way: 'submit' | 'discard', label: string): string =>
  `r1 = map ring ll; r2 = ${bytes}; r3 = 0; call ringbuf_reserve
   r7 *= 31
   if r0 == 0 goto ${label}
   r7 += 1; r1 = 5; *(u64 *)(r0 + 0) = r1; r1 = r0; r2 = 0; call ringbuf_${way}
   ${label}: r7 += 1`;

describe.skipIf(refused !== null)(
  `as the running kernel${refused === null ? '' : ` (skipped: ${refused})`}`,
  () => {
    test.each([
      ...mtu,
      ...fib,
      ...neighbours,
      ...tunnel,
      ...tails,
      ...xdpParts,
      ...sizes,
      ...fields,
    ])('%s', async (_, type, source) => {
      const {user, kernel} = await playBoth(type, source, []);
      expect(user).toEqual(kernel);
    });

    test.each(
      playedTypes
        .filter((type) => type !== 'flow_dissector')
        .flatMap((type) =>
          linuxContextFields[type]
            .filter((field) => field.pointer === undefined)
            .map(({name, offset}) => [type, name, offset] as const),
        ),
    )('a context of %s has the same %s', async (type, _, offset) => {
      const source = `r6 = r1; r7 = *(u32 *)(r6 + ${offset}); r7 &= VALUE; r0 = r7; exit`;
      for (const mask of type === 'cgroup_skb' ? [1] : [1, -1]) {
        const {user, kernel} = await playBoth(type, source.replace('VALUE', `${mask}`), []);
        expect(user).toEqual(kernel);
      }
    });

    test('get_local_storage: zero at the start of each run, kept within it', async () => {
      const add = `r1 = map storage ll; r2 = 0; call get_local_storage
        r7 = *(u64 *)(r0 + 0); r7 += 5; *(u64 *)(r0 + 0) = r7`;
      const lines = [begin, add, add, 'r0 = 0; if r7 != 10 goto out; r0 = 1; out: exit'];
      const {user, kernel} = await playBoth('cgroup_skb', lines.join('\n'), [storage], 3);
      expect({user, kernel}).toEqual({user: [1, 1, 1], kernel: [1, 1, 1]});
    });

    test('ring buffers fill up, and stay full', async () => {
      const lines = [
        fill(-512, 0x11),
        ...[8, 100, 512, 512].map((bytes) => output(bytes, 0)),
        output(8, 3),
        output(8, 4),
        ...[8, 2000, 2000, 512, 600, 16].map((bytes, index) =>
          reserve(bytes, index % 2 === 0 ? 'submit' : 'discard', `l${index}`),
        ),
        output(200, 0),
        output(8, 0),
      ];
      const {user, kernel} = await playBoth('xdp', program(...lines), [ring], 3);
      expect(user).toEqual(kernel);
    });

    test.each(['devmap', 'devmap_hash', 'cpumap', 'xskmap'] as const)(
      'redirect_map into an empty %s',
      async (type) => {
        const calls = [0, 1, 2, 3, 4, 8, 10, 16, 26].flatMap((flags) =>
          [0, 3, 4].map((index) => call('redirect_map', 'map devices ll', index, flags)),
        );
        const {user, kernel} = await playBoth('xdp', program(...calls), [devices(type)]);
        expect(user).toEqual(kernel);
      },
    );
  },
);
