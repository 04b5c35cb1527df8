// Makes an emitter with the saved command: compiles the tree's JIT and both halves, generates stubs
// for undefined symbols, and links.
import {mkdirSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {UserError} from '../../results/error.ts';
import {nativeFolder} from './cache.ts';
import {lastLines, runTool} from './run-tool.ts';

export interface EmitterSource {
  /** The side's name in messages. */
  readonly side: string;
  /** The emitter's name in its hello line. */
  readonly name: string;
  /** kbuild's folder, where the command runs. */
  readonly folder: string;
  readonly command: string;
  /** The JIT's source, patched or not. */
  readonly jit: string;
  /** `#define`s that say which members the structures have. */
  readonly members: string;
}

/**
 * Usual flags for the host half, which kernel code calls with the stack aligned to 8 bytes only.
 */
const hostFlags = [
  '-std=gnu11',
  '-O2',
  '-w',
  '-fno-builtin',
  '-mstackrealign',
  '-mincoming-stack-boundary=3',
  '-fno-stack-protector',
  '-fcf-protection=none',
  '-fno-pie',
];

/** Defined by the linker or by the emitter itself, not by stubs. */
const linked = ['__bpf_call_base', '__x86_indirect_thunk_array', 'this_cpu_off'] as const;

/** Any 32-bit value will do: the emitter overwrites the sites before each request. */
const placeholder = 0x10000;

const fromLibc = ['memcpy', 'memset', 'memmove', 'memcmp', 'strlen', 'strcmp', 'strncmp'];

/** Builds into `out`, an empty folder; returns the files of the tree that the JIT was made from. */
export const linkEmitter = async (source: EmitterSource, out: string): Promise<string[]> => {
  const native = nativeFolder();
  const path = (name: string) => join(out, name);
  mkdirSync(out, {recursive: true});
  const tool = toolsFor(source, out);
  const byKbuild = (what: string, more: string): Promise<string> =>
    tool(
      what,
      '/bin/sh',
      ['-c', `${source.command} -fno-stack-protector -fno-sanitize=all -w ${more}`],
      source.folder,
    );
  const defines = (hasThunkArray: boolean) =>
    `#define EMITTER_NAME ${JSON.stringify(source.name)}\n` +
    `#define HAS_THUNK_ARRAY ${hasThunkArray ? 1 : 0}\n${source.members}`;
  writeFileSync(path('generated.h'), defines(true));
  await Promise.all([
    byKbuild(
      'the JIT does not compile.',
      `-MD -MF ${quoted(path('jit.d'))} -c -o ${quoted(path('kernel.o'))} ${quoted(source.jit)}`,
    ),
    byKbuild(
      "jitstat's half of the emitter does not compile with this tree.",
      `-I${quoted(out)} -I${quoted(native)} -c -o ${quoted(path('tree-half.o'))} ` +
        `${quoted(join(native, 'tree-half.c'))}`,
    ),
  ]);
  const objcopy = ['--add-symbol', 'jitstat_compiler_text=.text:0,global'];
  await tool('objcopy failed.', 'objcopy', [...objcopy, path('kernel.o'), path('jit.o')]);
  const relocations = await tool('readelf failed.', 'readelf', ['-rW', path('jit.o')]);
  const sites = sitesOf(relocations, source.side);
  writeFileSync(path('generated.h'), defines(sites.some(({isThunk}) => isThunk)));
  writeFileSync(path('sites.c'), sitesText(sites));
  const halves = ['host-half.c', 'stand-ins.c'].map((name) => join(native, name));
  const include = [`-I${out}`, `-I${native}`];
  await tool('the host half does not compile.', 'cc', [
    ...hostFlags,
    ...include,
    '-c',
    ...halves,
    'sites.c',
  ]);
  const symbols = await tool('nm failed.', 'nm', ['-u', '-P', path('jit.o'), path('tree-half.o')]);
  const ours = ['host-half.o', 'stand-ins.o', 'jit.o', 'tree-half.o'].map(path);
  const defined = await tool('nm failed.', 'nm', ['--defined-only', '-P', ...ours]);
  writeFileSync(path('stubs.s'), stubsText(namesOf(symbols), namesOf(defined), relocations));
  await tool('the stubs do not assemble.', 'as', ['-o', 'stubs.o', 'stubs.s']);
  const values = linked.map((name) => `-Wl,--defsym,${name}=${placeholder}`);
  const objects = [...ours, 'sites.o', 'stubs.o'];
  const flags = ['-static', '-no-pie', '-Wl,-z,noexecstack', ...values];
  await tool('the emitter does not link.', 'cc', [...flags, '-o', 'emitter', ...objects]);
  return dependenciesOf(path('jit.d'));
};

/** Runs a tool and returns what it printed; if it fails, throws a UserError that says `what`. */
const toolsFor =
  ({side}: EmitterSource, out: string) =>
  async (what: string, command: string, args: readonly string[], cwd = out): Promise<string> => {
    const ran = await runTool(command, args, {cwd});
    if (ran.code === 0) return ran.out;
    throw new UserError(
      `${side}: ${what}`,
      'The last lines of the compiler are above; the tree and its patches are not changed.',
      lastLines(ran.all),
    );
  };

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

interface Site {
  readonly offset: number;
  readonly addend: number;
  readonly isThunk: boolean;
}

/** The places where an address of the layout is an immediate in the compiler's own code. */
const sitesOf = (relocations: string, side: string): Site[] => {
  const pattern = new RegExp(
    String.raw`^([0-9a-f]{16})\s+\S+\s+(R_X86_64_\w+)\s+[0-9a-f]+\s+` +
      String.raw`(__x86_indirect_thunk_array|this_cpu_off) ([+-]) ([0-9a-f]+)$`,
  );
  let section = '';
  return relocations.split('\n').flatMap((line): Site[] => {
    section = /^Relocation section '\.rela([^']*)'/.exec(line)?.[1] ?? section;
    const match = pattern.exec(line.trimEnd());
    if (match === null || section.startsWith('.altinstr')) return [];
    const [, offset, type, symbol, sign, addend] = match;
    if (type !== 'R_X86_64_32S' || section !== '.text')
      throw new UserError(
        `${side}: the JIT refers to ${symbol} by ${type} in ${section}, which is not a form that ` +
          'the emitter can fill in.',
        'Only 32-bit immediates in .text are known, as gcc makes them for 5.10 to 6.18.',
      );
    const value = parseInt(addend, 16) * (sign === '-' ? -1 : 1);
    return [{offset: parseInt(offset, 16), addend: value, isThunk: symbol.includes('thunk')}];
  });
};

const sitesText = (sites: readonly Site[]): string =>
  [
    '#include "host.h"',
    'const struct host_site host_sites[] = {',
    ...sites.map(({offset, addend, isThunk}) => `  {${offset}, ${addend}, ${isThunk ? 1 : 0}},`),
    '  {0, 0, 0}};',
    `const unsigned host_site_count = ${sites.length};`,
    '',
  ].join('\n');

const namesOf = (symbols: string): Set<string> =>
  new Set(
    symbols
      .split('\n')
      .filter((line) => line !== '' && !line.endsWith(':'))
      .map((line) => line.split(' ')[0]),
  );

/** Stubs for undefined symbols: a called one ends the request, one that is read is zero. */
const stubsText = (
  wanted: ReadonlySet<string>,
  defined: ReadonlySet<string>,
  relocations: string,
): string => {
  const known = [...linked, ...fromLibc, '__start___bug_table', '__stop___bug_table'];
  const missing = [...wanted].filter((name) => !defined.has(name) && !known.includes(name)).sort();
  const called = new Set(
    [...relocations.matchAll(/R_X86_64_PLT32\s+[0-9a-f]+\s+(\S+) [+-]/g)].map((match) => match[1]),
  );
  return `.text\n${missing.map((name) => stub(name, called.has(name))).join('')}
.section .note.GNU-stack,"",@progbits\n`;
};

const stub = (name: string, isCalled: boolean): string => {
  const label = `.globl ${name}\n${name}:`;
  const thunk = /^__x86_indirect_(?:jump_|call_)?thunk_(r\w+)$/.exec(name)?.[1];
  if (thunk !== undefined) return `${label} jmp *%${thunk}\n`;
  if (name === '__x86_return_thunk' || name === '__fentry__' || name.startsWith('__cfi_'))
    return `${label} ret\n`;
  if (isCalled)
    return `${label} lea 9f(%rip), %rdi\n and $-16, %rsp\n call host_no_stand_in\n9: .asciz "${name}"\n`;
  return `.pushsection .bss\n.balign 64\n${label} .zero 4096\n.popsection\n`;
};

/** The paths in a make rule, as the compiler wrote them. */
const dependenciesOf = (file: string): string[] =>
  readFileSync(file, 'utf8')
    .replace(/^[^:]*:/, '')
    .split(/[\s\\]+/)
    .filter((path) => path !== '');
