// Helpers that read numbers from text, and the socket of an skb, against the running kernel: the same
// program under BPF_PROG_TEST_RUN returns the same.
import {describe, expect, test} from 'vitest';
import {bpfRefused} from '../testing/bpf-allowed.ts';
import {playBoth} from '../testing/play-both.ts';
import {olderThanV618} from '../testing/running-kernel.ts';
import {fill, program, set} from './helper-programs.fixture.ts';

const refused = (await bpfRefused()) ?? olderThanV618;

/** The result and the number that `name` reads from at most 64 bytes of text. */
const reads = (name: string, text: string, base: number): string =>
  program(
    fill(-80, 0),
    ...[...text].map((letter, at) => set(1, at - 72, letter.charCodeAt(0))),
    `r1 = r10; r1 += -72; r2 = ${text.length}; r3 = ${base}; r4 = r10; r4 += -80; call ${name}
     r7 = r0; r7 *= 31; r1 = *(u64 *)(r10 - 80); r7 += r1`,
  );

// prettier-ignore
const texts: readonly (readonly [text: string, base: number])[] = [
  ['17', 0], ['017', 0], ['0x1F', 0], ['0xg', 0], ['0x', 16], ['0xff', 10], ['ff ', 16], ['89', 8],
  [' \t42x', 10], ['-42', 0], ['-', 0], ['x', 0], ['12', 2], ['12', 32], ['1\n', 10],
  ['18446744073709551615', 10], ['18446744073709551616', 10], ['9223372036854775808', 10],
  ['-9223372036854775808', 10], ['-9223372036854775809', 10], ['+5', 10], ['\xa07', 10],
];

/** Fields of `struct bpf_sock`. */
const offsets = [0, 4, 8, 12, 16, 20, 24, 28, 40, 44, 52, 56, 68, 72, 76];
const ofSocket = (load: string): string =>
  `r1 = *(u64 *)(r1 + 168)
   if r1 != 0 goto common
   r0 = 0; exit
   common: call sk_fullsock
   if r0 != 0 goto whole
   r0 = 0; exit
   whole: r1 = r0; ${load}; exit`;

describe.skipIf(refused !== null)(
  `as the running kernel${refused === null ? '' : ` (skipped: ${refused})`}`,
  () => {
    test.each(
      texts.flatMap(([text, base]) =>
        ['strtoul', 'strtol'].map((name) => [name, JSON.stringify(text), base, text] as const),
      ),
    )('%s of %s, base %i', async (name, _, base, text) => {
      const {user, kernel} = await playBoth('sched_cls', reads(name, text, base), []);
      expect(user).toEqual(kernel);
    });

    test.each(
      offsets.flatMap((at) =>
        (['sched_cls', 'cgroup_skb'] as const).map((type) => [at, type] as const),
      ),
    )('byte %i of the socket of an skb, %s', async (at, type) => {
      const load = `r0 = *(u32 *)(r1 + ${at})${type === 'cgroup_skb' ? '; r0 &= 1' : ''}`;
      const {user, kernel} = await playBoth(type, ofSocket(load), []);
      expect(user).toEqual(kernel);
    });

    test.each(['sched_cls', 'cgroup_skb'] as const)('%s: it is not a TCP socket', async (type) => {
      const source = ofSocket(
        'call tcp_sock; r1 = r0; r0 = 1\n if r1 == 0 goto out\n r0 = 0\n out: r0 = r0',
      );
      const {user, kernel} = await playBoth(type, source, []);
      expect(user).toEqual(kernel);
    });
  },
);
