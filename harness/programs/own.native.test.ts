// jitstat's own loading of objects against the running kernel's: even programs that are never run
// must get the instructions and stacks that the kernel gives them.
import {execFileSync, spawnSync} from 'node:child_process';
import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {release, tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, expect, test} from 'vitest';
import {codeAt, codes, insnAt, insnCount, isWide} from '../../jit/bpf/word/insn.ts';
import type {VerifiedProgram} from '../../jit/types.ts';
import {findVariant} from '../../jit/variants/list/index.ts';
import {askKernel} from './kernel-answer.ts';
import {kernelLoader, loadByKernel} from './kernel.ts';
import {loadOwnObject} from './own.ts';

const folder = mkdtempSync(join(tmpdir(), 'jitstat-own-'));
afterAll(() => rmSync(folder, {recursive: true}));
const clang = ['clang', 'clang-19', 'clang-18', 'clang-16', 'clang-14'].find(
  (name) =>
    spawnSync(name, ['--print-targets'], {encoding: 'utf8'}).stdout?.includes('bpf') === true,
);

const head = `
typedef unsigned char u8; typedef unsigned int u32; typedef unsigned long long u64;
#define SEC(n) __attribute__((section(n), used))
static long (*each)(void *, void *, void *, u64) = (void *)164;
static long (*comm)(void *, u32) = (void *)16;
static u64 (*pid)(void) = (void *)14;
u64 load_byte(void *, u64) asm("llvm.bpf.load.byte");
u64 load_half(void *, u64) asm("llvm.bpf.load.half");
u64 load_word(void *, u64) asm("llvm.bpf.load.word");
struct skb { u32 len, pkt_type, mark; };
char terms[] SEC("license") = "GPL";
`;

const build = (source: string): Uint8Array => {
  writeFileSync(join(folder, 'p.c'), head + source);
  const flags = ['-O2', '-g', '-Wno-everything', '-target', 'bpf', '-mcpu=v3', '-c', 'p.c'];
  execFileSync(clang!, [...flags, '-o', 'p.o'], {cwd: folder});
  return readFileSync(join(folder, 'p.o'));
};

const loader = await kernelLoader();
const path = 'path' in loader ? loader.path : '';
const cannot =
  clang === undefined
    ? 'no clang for BPF'
    : 'missing' in loader
      ? loader.missing
      : !release().startsWith('6.18.')
        ? 'not Linux 6.18'
        : loadByKernel(path, build('SEC("socket") int p(void *s) { return 0; }'), false).programs
              .length === 0
          ? 'the kernel loads no program here'
          : null;

/** What both must agree on: addresses and immediates of calls and wide loads are left out. */
const shape = ({insns, functions}: VerifiedProgram): unknown => ({
  functions: functions.map(({start, stackDepth, tailCallReachable, privateStack}) => ({
    start,
    stackDepth,
    tailCallReachable,
    hasStack: privateStack !== undefined,
  })),
  words: Array.from({length: insnCount(insns)}, (_, at) => {
    const isSecond = at > 0 && isWide(insns, at - 1);
    const {imm, ...word} = insnAt(insns, at);
    const isAddress = isSecond || isWide(insns, at) || codeAt(insns, at) === codes.call;
    return isAddress ? word : {...word, imm};
  }),
});

test.skipIf(cannot !== null).each([
  ['LD_ABS', 'SEC("socket") int p(void *s) { return load_byte(s, 9) + load_word(s, 14); }'],
  [
    'LD_IND',
    'SEC("socket") int p(void *s) { u32 l = (load_byte(s, 14) & 15) * 4; ' +
      'return load_half(s, 16 + l) == load_half(s, l); }',
  ],
  [
    'a context of a socket filter',
    'SEC("socket") int p(struct skb *s) { return s->len + s->mark; }',
  ],
  [
    'a kprobe with a small stack',
    'SEC("kprobe/x") int p(u64 *r) { char n[40]; comm(n, 40); return n[3]; }',
  ],
  [
    'a kprobe with a large stack',
    'SEC("kprobe/x") int p(u64 *r) { char n[64]; comm(n, 64); return n[3]; }',
  ],
  ['a tracepoint', 'SEC("tp/x/y") int p(u64 *r) { return r[2] == pid(); }'],
  [
    'a callback that finds the context on a stack',
    'struct { int (*type)[1]; u32 *key, *value; int (*max_entries)[3]; } m SEC(".maps"); ' +
      'static __attribute__((noinline)) int f(void *m, u32 *k, u32 *v, struct skb **x) ' +
      '{ return (*x)->len > *k; } SEC("tc") int p(struct skb *s) { return each(&m, f, &s, 0); }',
  ],
])('%s', (_, source) => {
  const bytes = build(source);
  const variant = findVariant('v618');
  const [theirs] = loadByKernel(path, bytes, false).programs;
  const [ours] = loadOwnObject(bytes, 'p.o').programs;
  expect(shape(ours.verifiedFor(variant).program)).toEqual(
    shape(theirs.verifiedFor(variant).program),
  );
});

if (cannot !== null)
  test(`own reading against the kernel's (skipped: ${cannot})`, ({skip}) =>
    skip(`skipped: ${cannot}`));

test.skipIf(cannot !== null)(
  'the reason of a refusal is not taken from a line of the source' +
    (cannot === null ? '' : ` (skipped: ${cannot})`),
  () => {
    const bytes = build(`struct md { u32 data, data_end, meta, in, queue, out; };
      static long (*print)(const char *, u32, ...) = (void *)6;
      SEC("xdp") int p(struct md *m) {
        char text[] = "from %u to %u, %u bytes\\n";
        u32 bytes = m->data_end - m->data;
        print(text, sizeof text,
              m->in, m->out, bytes);
        return 2;
      }`);
    expect(askKernel(path, {what: 'object', bytes}).refused).toEqual([
      {name: 'p', words: 'invalid bpf_context access off=20 size=4'},
    ]);
  },
);
