// Kernel functions in user space, and a helper whose answer depends on the network, against the running
// kernel: the same program returns the same, and leaves the same packet, for every standard packet.
import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {execFileSync} from 'node:child_process';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, describe, expect, test} from 'vitest';
import {clang} from '../../jit/testdata/clang.ts';
import {standardPackets} from '../../workloads/user/standard-packets.ts';
import {playPackets} from '../bench/packet-play.ts';
import {kernelLoader} from '../programs/kernel.ts';
import {askTestRuns} from '../programs/test-runs.ts';
import type {TestedProgram} from '../programs/test-runs.ts';
import {olderThanV618} from '../testing/running-kernel.ts';
import {buildShim} from './build-shim.ts';

const loader = await kernelLoader();
const cannot =
  clang === undefined
    ? 'without clang for BPF'
    : 'missing' in loader
      ? loader.missing
      : olderThanV618;

const folder = mkdtempSync(join(tmpdir(), 'jitstat-kernel-functions-'));
afterAll(() => rmSync(folder, {recursive: true}));

const head = `
typedef unsigned int u32; typedef unsigned long long u64;
#define SEC(n) __attribute__((section(n), used))
#define NOINLINE __attribute__((noinline))
struct __sk_buff { u32 len, pkt_type, mark; };
struct bpf_iter_num { u64 opaque; } __attribute__((aligned(8)));
extern void bpf_throw(u64 cookie) SEC(".ksyms");
extern void bpf_preempt_disable(void) SEC(".ksyms");
extern void bpf_preempt_enable(void) SEC(".ksyms");
extern void bpf_rcu_read_lock(void) SEC(".ksyms");
extern void bpf_rcu_read_unlock(void) SEC(".ksyms");
extern int bpf_iter_num_new(struct bpf_iter_num *it, int start, int end) SEC(".ksyms");
extern int *bpf_iter_num_next(struct bpf_iter_num *it) SEC(".ksyms");
extern void bpf_iter_num_destroy(struct bpf_iter_num *it) SEC(".ksyms");
static long (*clone_redirect)(void *, u32, u64) = (void *)13;
char gpl[] SEC("license") = "GPL";
`;

/** The program of type tc with this body, after functions of its own. */
const played = async (body: string, functions = ''): Promise<string> => {
  const source = `${head}${functions}\nSEC("tc") int entry(struct __sk_buff *skb) {${body}}`;
  writeFileSync(join(folder, 'p.c'), source);
  const flags = ['-O2', '-g', '-Wno-everything', '-target', 'bpf', '-c', 'p.c', '-o', 'p.o'];
  execFileSync(clang!, flags, {cwd: folder});
  const packets = standardPackets.map(({hex}) => hex);
  const {path} = await buildShim('test-runs');
  const [row] = askTestRuns(path, readFileSync(join(folder, 'p.o')), packets);
  if ('error' in row) return row.error;
  const result = await playPackets(
    row as TestedProgram,
    await buildShim('user'),
    join(folder, 'job'),
  );
  return `${result.kind} ${result.text}`.trim();
};

const numbers = (start: string, end: string): string =>
  `struct bpf_iter_num it; int *at; int sum = 7;
   sum += bpf_iter_num_new(&it, ${start}, ${end});
   while ((at = bpf_iter_num_next(&it))) sum = sum * 3 + *at;
   bpf_iter_num_destroy(&it); return sum;`;

// prettier-ignore
const cases: readonly (readonly [name: string, body: string, functions: string])[] = [
  ['bpf_throw from the program', 'skb->mark = 3; bpf_throw(64); return 1;', ''],
  ['bpf_throw on one of two ways', 'if (skb->len > 60) bpf_throw(5); return 1;', ''],
  ['bpf_throw from a function', 'return f(skb) + 1;',
    'NOINLINE static u64 f(struct __sk_buff *skb) {if (skb->len > 60) bpf_throw(skb->len); return 2;}'],
  ['bpf_throw two functions down, with large stacks',
    'volatile u64 a[9]; a[2] = skb->len; return f(skb) + a[2];',
    `NOINLINE static u64 g(struct __sk_buff *skb) {volatile u64 b[20]; b[3] = 9;
      if (skb->len & 2) bpf_throw(b[3]);
      return skb->len;}
     NOINLINE static u64 f(struct __sk_buff *skb) {volatile u64 c[3]; c[1] = g(skb); return c[1] + g(skb);}`],
  ['clone_redirect to no device', 'return clone_redirect(skb, 0, 0) + clone_redirect(skb, 7, 1) * 3;', ''],
  ['clone_redirect out', 'return clone_redirect(skb, 1, 0);', ''],
  ['clone_redirect in', 'return clone_redirect(skb, 1, 1);', ''],
  ['clone_redirect with other flags', 'return clone_redirect(skb, 1, 2);', ''],
  ['bpf_preempt_disable', 'bpf_preempt_disable(); skb->mark = 1; bpf_preempt_enable(); return 3;', ''],
  ['bpf_rcu_read_lock', 'bpf_rcu_read_lock(); skb->mark = 2; bpf_rcu_read_unlock(); return 4;', ''],
  ['bpf_iter_num from 2 to 9', numbers('2', '9'), ''],
  ['bpf_iter_num over nothing', numbers('5', '5'), ''],
  ['bpf_iter_num from the length', numbers('skb->len', 'skb->len + 3'), ''],
  ['bpf_iter_num backwards', numbers('5', '4'), ''],
  ['bpf_iter_num too far', numbers('-1', '8388608'), ''],
];

describe(`as the running kernel${cannot === null ? '' : ` (skipped: ${cannot})`}`, () => {
  test.skipIf(cannot !== null).each(cases)('%s', async (_, body, functions) => {
    expect(await played(body, functions)).toBe('equal');
  });

  test.skipIf(cannot !== null)('one that user space has not is named', async () => {
    const source = 'extern void *bpf_cast_to_kern_ctx(void *context) SEC(".ksyms");';
    expect(await played('return bpf_cast_to_kern_ctx(skb) != 0;', source)).toBe(
      'refused jitstat cannot run bpf_cast_to_kern_ctx in user space',
    );
  });
});
