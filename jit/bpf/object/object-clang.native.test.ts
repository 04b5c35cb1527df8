// Objects built here by clang: legacy maps, data sections, and everything that is refused by name.
import {execFileSync} from 'node:child_process';
import {mkdtempSync, readFileSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {describe, expect, test} from 'vitest';
import {clang} from '../../testdata/clang.ts';
import {formatProgram} from '../text/format-insn.ts';
import {interpret, createWorld} from '../run/interpret.ts';
import {loadObject} from './object.ts';

const folder = mkdtempSync(join(tmpdir(), 'jitstat-object-'));
const head = `
typedef unsigned int u32; typedef unsigned long long u64;
#define SEC(n) __attribute__((section(n), used))
#define NOINLINE static __attribute__((noinline))
static void *(*lookup)(void *, const void *) = (void *)1;
static long (*loop)(u32, void *, void *, u64) = (void *)181;
struct skb { u32 len; };
`;

const build = (source: string) => {
  const path = join(folder, `p${Math.random().toString(36).slice(2)}`);
  writeFileSync(`${path}.c`, head + source);
  execFileSync(clang!, [
    '-O2',
    '-g',
    '-Wno-everything',
    '-target',
    'bpf',
    '-c',
    `${path}.c`,
    '-o',
    `${path}.o`,
  ]);
  return loadObject(readFileSync(`${path}.o`), 'p.o');
};

describe.skipIf(clang === undefined)('clang-built objects (skipped without clang for BPF)', () => {
  test('the legacy maps section', () => {
    const [program] = build(`
      struct def { u32 type, key, value, max, flags; };
      struct def SEC("maps") one = {2, 4, 8, 5, 0};
      struct def SEC("maps") two = {1, 16, 4, 7, 1};
      SEC("classifier/x") int p(struct skb *s) { u32 k = 1; return lookup(&two, &k) != 0; }`);
    expect(program.maps).toEqual([
      {name: 'one', type: 'array', keyBytes: 4, valueBytes: 8, maxEntries: 5},
      {name: 'two', type: 'hash', keyBytes: 16, valueBytes: 4, maxEntries: 7},
    ]);
    expect(program.type).toBe('sched_cls');
    expect(formatProgram(program.insns, program)).toContain('map two ll');
  });

  test('data, read-only data and zeroed data are maps with their contents, static and global', () => {
    const [program] = build(`
      const volatile u32 table[4] = {10, 20, 30, 40};
      u32 counter = 5; static volatile u32 hidden = 7; u64 zeroed;
      SEC("tc") int p(struct skb *s) { counter += table[2]; zeroed += 3; hidden += 1;
        return counter + zeroed + hidden; }`);
    expect(
      program.maps.map(({name, initial}) => [
        name,
        initial === undefined ? '' : Buffer.from(initial).toString('hex'),
      ]),
    ).toEqual([
      ['.rodata', '0a000000140000001e00000028000000'],
      ['.data', '0500000007000000'],
      ['.bss', ''],
    ]);
    const world = createWorld(program.maps);
    expect(interpret(program, {world}).kind).toBe('returned');
    expect(interpret(program, {world})).toMatchObject({value: BigInt(5 + 60 + 6 + 9)});
  });

  test('functions of .text are merged after each program that calls them', () => {
    const programs = build(`
      NOINLINE int b(int x) { volatile int y = x; return y * 3; }
      NOINLINE int a(int x) { volatile int y = x; return b(y) + 1; }
      SEC("tc") int p(struct skb *s) { return a(4); }
      SEC("tc") int q(struct skb *s) { return b(5); }`);
    expect(programs.map(({functions}) => functions.map(({name}) => name))).toEqual([
      ['p', 'a', 'b'],
      ['q', 'b'],
    ]);
    expect(programs.map((program) => interpret(program))).toMatchObject([
      {value: 13n},
      {value: 15n},
    ]);
  });

  test('CO-RE relocations of contexts and headers that no kernel changes', () => {
    const [fixed, relocated] = ['', '__attribute__((preserve_access_index))'].map((how) =>
      build(`struct xdp_md { u32 data, data_end, data_meta, ingress, queue, egress; } ${how};
        SEC("xdp") int p(struct xdp_md *c) { return c->data_end - c->data > 13; }`),
    );
    expect(relocated.map(({insns}) => insns)).toEqual(fixed.map(({insns}) => insns));
  });

  test.each([
    [
      'a kernel function',
      'extern int bpf_thing(void) SEC(".ksyms"); SEC("tc") int p(struct skb *s) { return bpf_thing(); }',
      /^p\.o: section tc: instruction 0: call of bpf_thing, which is not in the object/,
    ],
    [
      'an extern variable',
      'extern const int CONFIG_HZ SEC(".kconfig"); SEC("tc") int p(struct skb *s) { return CONFIG_HZ; }',
      /^p\.o: section tc: instruction 0: extern CONFIG_HZ .* is not supported by jitstat$/,
    ],
    [
      'CO-RE',
      'struct kernel { int a, b; } __attribute__((preserve_access_index)); SEC("tc") int ' +
        'p(struct kernel *s) { return s->b; }',
      /^p\.o: section tc: instruction 0: CO-RE relocation/,
    ],
    [
      'CO-RE with a part of a context',
      'struct xdp_md { u32 data_end, data; } __attribute__((preserve_access_index)); SEC("xdp") int ' +
        'p(struct xdp_md *c) { return c->data; }',
      /^p\.o: section xdp: instruction 0: CO-RE relocation/,
    ],
    [
      'a callback',
      'NOINLINE int f(u32 i, void *x) { return 0; } SEC("tc") int p(struct skb *s) { ' +
        'return loop(3, f, 0, 0); }',
      /^p\.o: section tc: instruction \d+: the address of the function .* \(callback\) is not supported/,
    ],
    [
      'a program type',
      'SEC("kprobe/x") int p(void *s) { return 0; }',
      /^p\.o: section kprobe\/x: program p is of a type that is not supported by jitstat$/,
    ],
    [
      'a map type',
      'struct { int (*type)[22]; int (*max_entries)[4096]; } line SEC(".maps"); SEC("tc") ' +
        'int p(struct skb *s) { return lookup(&line, s) != 0; }',
      /^p\.o: map line: map type queue is not supported by jitstat$/,
    ],
    [
      'pointers in data',
      'int x = 1; int *table = &x; SEC("tc") int p(struct skb *s) { return *table; }',
      /^p\.o: section \.data: a pointer to .* in data is not supported by jitstat$/,
    ],
    [
      'a common symbol',
      'u64 common __attribute__((common)); SEC("tc") int p(struct skb *s) { return common; }',
      /^p\.o: section tc: instruction 0: common is in no section \(a common or absolute symbol\)$/,
    ],
    [
      'a variable in a separate section',
      'u32 own SEC("mine") = 1; SEC("tc") int p(struct skb *s) { return own++; }',
      /^p\.o: section tc: instruction 0: own in section mine is neither a map nor in a data section$/,
    ],
    ['an object without programs', 'int x = 1;', /^p\.o: there is no program in it$/],
    [
      'calls between sections',
      'SEC("tc") __attribute__((noinline)) int g(struct skb *s) { volatile int y = 1; ' +
        'return y; } SEC("xdp") int p(struct skb *s) { return g(s); }',
      /call of g: only functions in \.text can be called$/,
    ],
  ])('%s is refused', (_, source, message) => {
    expect(() => build(source)).toThrow(message);
  });
});

describe('what is not an object', () => {
  test.each([
    ['text', Buffer.from('hello'), 'p.o: this is not an ELF file'],
    [
      'an executable of this machine',
      Uint8Array.from(
        {length: 100},
        (_, index) =>
          [0x7f, 0x45, 0x4c, 0x46, 2, 1, 1][index] ?? (index === 18 ? 62 : index === 16 ? 1 : 0),
      ),
      'p.o: the machine is 62, not BPF (247)',
    ],
  ])('%s', (_, bytes, message) => {
    expect(() => loadObject(bytes, 'p.o')).toThrow(message);
  });
});
