// Helpers and maps of the user shim against the running kernel: the same program under
// BPF_PROG_TEST_RUN returns the same.
import {describe, expect, test} from 'vitest';
import type {ProgramType} from '../../jit/program-kinds.ts';
import type {MapSpec} from '../../jit/types.ts';
import {bpfRefused} from '../testing/bpf-allowed.ts';
import {playBoth} from '../testing/play-both.ts';
import {olderThanV618} from '../testing/running-kernel.ts';

const refused = (await bpfRefused()) ?? olderThanV618;

const hashOf = (type: MapSpec['type']): MapSpec => ({
  name: 'table',
  type,
  keyBytes: 4,
  valueBytes: 8,
  maxEntries: 8,
});
const events: MapSpec = {
  name: 'events',
  type: 'perf_event_array',
  keyBytes: 4,
  valueBytes: 4,
  maxEntries: 4,
};

/** Loads 16 bytes of the packet from `offset` and adds both words to r7. */
const digest = (offset: number): string =>
  `r1 = r6; r2 = ${offset}; r3 = r10; r3 += -16; r4 = 16; call skb_load_bytes
   r1 = *(u64 *)(r10 - 16); r7 += r1; r1 = *(u64 *)(r10 - 8); r7 ^= r1`;
const folded = 'r0 = r7; r0 >>= 32; r0 ^= r7; exit';
const begin =
  'r6 = r1; r7 = 0; r1 = 0x1122334455667788 ll; *(u64 *)(r10 - 8) = r1; *(u64 *)(r10 - 16) = r1';
const words = (call: string, ...args: readonly (number | string)[]): string =>
  [...args.map((value, index) => `r${index + 1} = ${value}`), `call ${call}`].join('; ');

const store = (offset: number, bytes: number, flags: number): string =>
  `${begin}; r1 = r6; r2 = ${offset}; r3 = r10; r3 += -16; r4 = ${bytes}; r5 = ${flags}
   call skb_store_bytes; r7 = r0; ${digest(20)}; ${folded}`;
const csum = (
  layer: 'l3' | 'l4',
  offset: number,
  from: number,
  to: number,
  flags: number,
): string =>
  `${begin}; ${words(`${layer}_csum_replace`, 'r6', offset, from, to, flags)}; r7 = r0
   ${digest(20)}; ${digest(40)}; ${folded}`;
const diff = (from: number, to: number, seed: number): string =>
  `${begin}; r1 = ${from === 0 ? 0 : 'r10'}; ${from === 0 ? '' : 'r1 += -16;'} r2 = ${from}
   r3 = ${to === 0 ? 0 : 'r10'}; ${to === 0 ? '' : 'r3 += -8;'} r4 = ${to}; r5 = ${seed}; call csum_diff
   exit`;
const output = (flags: string, bytes = 8): string =>
  `${begin}; r1 = r6; r2 = map events ll; r3 = ${flags}; r4 = r10; r4 += -8; r5 = ${bytes}
   call perf_event_output; exit`;
type Adjustment = readonly ['head' | 'meta', number];
const adjust = (...steps: readonly Adjustment[]): string =>
  `${begin}
   ${steps.map(([what, by]) => `${words(`xdp_adjust_${what}`, 'r6', by)}; r7 *= 3; r7 += r0`).join('\n')}
   r1 = *(u32 *)(r6 + 0); r2 = *(u32 *)(r6 + 4); r3 = *(u32 *)(r6 + 8); r2 -= r1; r1 -= r3
   r7 *= 31; r7 += r2; r7 *= 31; r7 += r1; ${folded}`;

const update = (key: number, flags: number): string =>
  `r1 = ${key}; *(u32 *)(r10 - 4) = r1; r1 = ${key + 100}; *(u64 *)(r10 - 16) = r1
   r1 = map table ll; r2 = r10; r2 += -4; r3 = r10; r3 += -16; r4 = ${flags}; call map_update_elem
   r7 *= 3; r7 += r0`;
const remove = (key: number): string =>
  `r1 = ${key}; *(u32 *)(r10 - 4) = r1; r1 = map table ll; r2 = r10; r2 += -4; call map_delete_elem
   r7 *= 3; r7 += r0`;
const lookup = (key: number, label: string): string =>
  `r1 = ${key}; *(u32 *)(r10 - 4) = r1; r1 = map table ll; r2 = r10; r2 += -4; call map_lookup_elem
   if r0 == 0 goto ${label}
   r0 = *(u64 *)(r0 + 0)
   ${label}: r7 *= 5; r7 += r0`;
const table = `${begin}; ${update(1, 0)}; ${update(1, 1)}; ${update(2, 2)}; ${update(3, 1)}
   ${lookup(1, 'a')}\n${lookup(9, 'b')}\n${remove(1)}\n${remove(1)}\n${lookup(1, 'c')}\n${update(4, 0)}
   ${lookup(4, 'd')}\n${lookup(3, 'e')}\n${folded}`;

type Case = readonly [name: string, type: ProgramType, source: string];

const redirects: readonly Case[] = [
  ...[0, 1].map((flags) => ['xdp', flags] as const),
  ...[0, 1, 2].map((flags) => ['sched_cls', flags] as const),
].map(([type, flags]) => [
  `redirect, ${type}, flags ${flags}`,
  type,
  `${words('redirect', 1, flags)}; exit`,
]);

type Numbers = readonly (readonly [number, number, number])[];
type Sums = readonly (readonly [number, number, number, number])[];

// prettier-ignore
const diffs: Numbers = [
  [0, 8, 0], [0, 8, 7], [8, 0, 7], [8, 8, 0], [16, 8, 5], [4, 4, -1], [3, 4, 0], [5, 7, 9],
  [0, 4, 0xffff],
];
// prettier-ignore
const stores: Numbers = [
  [26, 4, 0], [26, 4, 1], [14, 16, 2], [26, 4, 4], [60, 4, 0], [57, 4, 0], [30, 8, 0],
];
// prettier-ignore
const sums: Readonly<Record<'l3' | 'l4', Sums>> = {
  l3: [
    [24, 1, 2, 2], [24, 0x0a000001, 0x0b000001, 4], [24, 0, 0x1234, 0], [24, 1, 2, 0],
    [24, 1, 2, 3], [25, 1, 2, 2], [24, 1, 2, 0x12], [70000, 1, 2, 2], [60, 1, 2, 2],
  ],
  l4: [
    [50, 1, 2, 2], [50, 7, 9, 4], [50, 7, 9, 0x14], [50, 0, 0x1234, 0x10], [50, 1, 2, 0x22],
    [50, 1, 2, 0x62], [52, 0, 0, 0x22], [52, 0, 0, 0x62], [52, 5, 6, 0x22], [50, 1, 2, 0x102],
    [50, 1, 2, 1], [51, 1, 2, 2],
  ],
};
// prettier-ignore
const outputs = [
  '0', '3', '4', '0xffffffff ll', '0x10000000000 ll', '0x6400000000 ll', '0x10000000000000 ll',
] as const;
// prettier-ignore
const adjustments: readonly (readonly Adjustment[])[] = [
  [['head', 0]], [['head', 14]], [['head', 46]], [['head', 47]], [['head', -14]], [['head', -216]],
  [['head', -217]], [['head', -256]], [['meta', -4], ['head', -20]], [['meta', -32]],
  [['meta', -36]], [['meta', -3]], [['meta', 4]], [['meta', -216]], [['meta', -252]],
  [['meta', -8], ['meta', 4], ['head', 10]], [['head', -100], ['meta', -116]],
  [['head', -100], ['meta', -120]],
];

const cases: readonly Case[] = [
  ...diffs.map((row): Case => [`csum_diff ${row.join(' ')}`, 'sched_cls', diff(...row)]),
  ...stores.map((row): Case => [`skb_store_bytes ${row.join(' ')}`, 'sched_cls', store(...row)]),
  ...(['l3', 'l4'] as const).flatMap((layer) =>
    sums[layer].map((row): Case => [
      `${layer}_csum_replace ${row.join(' ')}`,
      'sched_cls',
      csum(layer, ...row),
    ]),
  ),
  ...[0, 40, 60, 61, 70000].map((bytes): Case => [
    `skb_pull_data ${bytes}`,
    'sched_cls',
    `${words('skb_pull_data', 'r1', bytes)}; exit`,
  ]),
  ...outputs.flatMap((flags) =>
    (['xdp', 'sched_cls'] as const).map((type): Case => [
      `perf_event_output ${flags} ${type}`,
      type,
      output(flags),
    ]),
  ),
  ...adjustments.map((steps): Case => [`xdp_adjust ${steps.join(', ')}`, 'xdp', adjust(...steps)]),
];

describe.skipIf(refused !== null)(
  `as the running kernel${refused === null ? '' : ` (skipped: ${refused})`}`,
  () => {
    test.each([...redirects, ...cases])('%s', async (_, type, source) => {
      const maps = source.includes('map events') ? [events] : [];
      const {user, kernel} = await playBoth(type, source, maps);
      expect(user).toEqual(kernel);
    });

    test.each(['hash', 'lru_hash', 'percpu_hash', 'lru_percpu_hash'] as const)(
      '%s: update, lookup, delete',
      async (type) => {
        const {user, kernel} = await playBoth('xdp', table, [hashOf(type)]);
        expect(user).toEqual(kernel);
      },
    );
  },
);
