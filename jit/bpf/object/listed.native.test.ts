// Objects read to show their code: programs that jitstat cannot run are read as well, and name their
// stand-ins.
import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {execFileSync} from 'node:child_process';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, describe, expect, test} from 'vitest';
import {clang} from '../../testdata/clang.ts';
import type {Program} from '../../types.ts';
import {findVariant} from '../../variants/list/index.ts';
import {linuxContextFields} from '../verify/context-fields.ts';
import {verify} from '../verify/verify.ts';
import {loadObject, readObject} from './object.ts';

const folder = mkdtempSync(join(tmpdir(), 'jitstat-listed-'));
afterAll(() => rmSync(folder, {recursive: true}));

const head = `
typedef unsigned int u32; typedef unsigned long long u64;
#define SEC(n) __attribute__((section(n), used))
static void *(*lookup)(void *, const void *) = (void *)1;
static long (*loop)(u32, void *, void *, u64) = (void *)181;
struct skb { u32 len; };
`;

const build = (source: string): Uint8Array => {
  writeFileSync(join(folder, 'p.c'), head + source);
  const flags = ['-O2', '-g', '-Wno-everything', '-target', 'bpf', '-c', 'p.c', '-o', 'p.o'];
  execFileSync(clang!, flags, {cwd: folder});
  return readFileSync(join(folder, 'p.o'));
};

const env = {
  mapAddress: () => 0xffff_8881_0000_0000n,
  mapValueAddress: () => 0xffff_8881_0000_1000n,
  helperAddressMinusCallBase: (id: number) => id * 16,
  contextFields: linuxContextFields,
};
const verified = (program: Program, variant: string) =>
  verify(program, findVariant(variant).rules, env);

const tc = (body: string, before = ''): string =>
  `${before} SEC("tc") int p(struct skb *s) { u32 k = 0; ${body} }`;
const map = (fields: string): string => `struct { ${fields} } m SEC(".maps");`;

// prettier-ignore
const listed: readonly (readonly [what: string, source: string, standIns: readonly string[]])[] = [
  ['a program type', 'SEC("kprobe/x") int p(u64 *r) { return r[3] != 0; }', []],
  ['a type with typed pointers', 'SEC("fentry/x") int p(u64 *r) { return r[0] != 0; }',
    ['pointers of the kernel']],
  ['a context that kernels translate', 'SEC("sockops") int p(u32 *c) { return c[4]; }',
    ['context of the kernel']],
  ['CO-RE', 'struct kernel { int a, b; } __attribute__((preserve_access_index)); ' +
    'SEC("kprobe/x") int p(struct kernel *s) { return s->b; }', ['types of the kernel']],
  ['a kernel function', `extern int work(void *) SEC(".ksyms"); ${tc('return work(s);')}`,
    ['kernel functions']],
  ['a variable of the kernel', `extern const int jiffies SEC(".ksyms"); ${tc('return (u64)&jiffies >> 3;')}`,
    ['kernel variables']],
  ['the configuration', `extern const int CONFIG_HZ SEC(".kconfig"); ${tc('return CONFIG_HZ;')}`,
    ['kernel variables']],
  ['a map type', tc('return lookup(&m, &k) != 0;',
    map('int (*type)[11]; u32 *key; u64 *value; int (*max_entries)[9];')), []],
  ['a map of 0 entries', tc('return lookup(&m, &k) != 0;', map('int (*type)[1]; u32 *key, *value;')), []],
  ['map flags', tc('return lookup(&m, &k) != 0;',
    map('int (*type)[2]; u32 *key, *value; int (*max_entries)[3]; int (*map_flags)[0x400];')), []],
  ['map-in-map', tc('void *i = lookup(&m, &k); if (!i) return 1; return lookup(i, &k) != 0;',
    map('int (*type)[12]; u32 *key, *value; int (*max_entries)[3];')), []],
  ['a long legacy definition', 'struct def { u32 type, key, value, max, flags, id, pin, a, b; }; ' +
    `struct def SEC("maps") m = {1, 4, 4, 9, 0, 7, 2}; ${tc('return lookup(&m, &k) != 0;')}`, []],
  ['pointers in data', `int x = 1; int *table = &x; ${tc('return table != 0;')}`, []],
  ['a callback', 'static __attribute__((noinline)) int f(u32 i, struct skb **x) { return (*x)->len; } ' +
    tc('return loop(3, f, &s, 0);'), []],
];

describe.skipIf(clang === undefined)(
  'read for their code alone (skipped without clang for BPF)',
  () => {
    test.each(listed)('%s', (_, source, standIns) => {
      const bytes = build(source);
      expect(() => loadObject(bytes, 'p.o')).toThrow();
      const {programs, refused} = readObject(bytes, 'p.o', {toRun: false});
      expect(refused).toEqual([]);
      expect(programs[0].standIns).toEqual(standIns);
      expect(verified(programs[0], 'v618').insns.length).toBeGreaterThan(8);
    });

    test("a context pointer on the stack of a callback's caller leads to the real offsets", () => {
      const [, source] = listed.find(([what]) => what === 'a callback')!;
      const [program] = readObject(build(source), 'p.o', {toRun: false}).programs;
      // skb->len is at 0x70: an `ldx` with that offset replaces the one with offset 0.
      const words = Buffer.from(verified(program, 'v618').insns).toString('hex').match(/.{16}/g)!;
      expect(words.filter((word) => /^61..7000/.test(word))).toHaveLength(1);
    });

    test('a section that names no type needs --type, and is refused with that advice without it', () => {
      const bytes = build('SEC("from-container") int p(struct skb *s) { return s->len; }');
      const [{error}] = readObject(bytes, 'p.o', {toRun: false}).refused;
      expect(error.message).toContain('the name does not say of which type program p is');
      expect(error.hint).toContain('--type');
      const [program] = readObject(bytes, 'p.o', {toRun: false, type: 'sched_cls'}).programs;
      expect(program.type).toBe('sched_cls');
    });

    test('exceptions are refused by name', () => {
      const {refused} = readObject(
        build(`extern void bpf_throw(u64) SEC(".ksyms"); ${tc('bpf_throw(1); return 0;')}`),
        'p.o',
        {toRun: false},
      );
      expect(refused[0].error.message).toContain('call of bpf_throw');
    });
  },
);

test('functions without a type, as clang before 2020 writes them', () => {
  const bytes = readFileSync(new URL('../testdata/tc_b2b.v2.O2.o', import.meta.url));
  const before = loadObject(bytes, 'x.o');
  let changed = 0;
  for (const name of ['leaf', 'leaf2', 'main_']) changed += forgetType(bytes, name);
  expect(changed).toBe(3);
  expect(loadObject(bytes, 'x.o').map((one) => one.name)).toEqual(before.map((one) => one.name));
});

/** Makes the symbol's kind NOTYPE; returns how many symbols have that name. */
const forgetType = (bytes: Buffer, name: string): number => {
  const table = Number(bytes.readBigUInt64LE(40));
  const sections = Array.from({length: bytes.readUInt16LE(60)}, (_, at) => table + at * 64);
  const field = (at: number, offset: number): number => Number(bytes.readBigUInt64LE(at + offset));
  const symbols = sections.find((at) => bytes.readUInt32LE(at + 4) === 2)!;
  const strings = field(sections[bytes.readUInt32LE(symbols + 40)], 24);
  let found = 0;
  for (let at = field(symbols, 24); at < field(symbols, 24) + field(symbols, 32); at += 24) {
    const start = strings + bytes.readUInt32LE(at);
    if (bytes.toString('latin1', start, bytes.indexOf(0, start)) !== name) continue;
    bytes[at + 4] &= 0xf0;
    found++;
  }
  return found;
};
