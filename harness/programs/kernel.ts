// Programs from the running kernel: of an object that libbpf loads, or one that is already loaded.
// Nothing is attached, and nothing stays loaded.
import {existsSync, readFileSync} from 'node:fs';
import {UserError} from '../../results/error.ts';
import {insnCount} from '../../jit/bpf/word/insn.ts';
import {buildShim} from '../shim/build-shim.ts';
import {askKernel} from './kernel-answer.ts';
import type {KernelAnswer, KernelProgram} from './kernel-answer.ts';
import {kernelLayout, nearKernel} from './kernel-layout.ts';
import {runningVariant} from './running-variant.ts';
import type {KernelDump} from './kernel-verified.ts';
import {codeOfFunctions, readDump, verifiedFrom} from './kernel-verified.ts';
import {withThunks} from './own.ts';
import type {LoadedObject, ProgramSource} from './program-source.ts';

/** The native loader's path, or why there is none. */
export type KernelLoader = {readonly path: string} | {readonly missing: string};

const capabilities = {sysAdmin: 21n, bpf: 39n} as const;

/** Root in a container, or after `setpriv`, may have neither. */
const mayLoad = (): boolean => {
  const found = /^CapEff:\s*([0-9a-f]+)$/m.exec(readFileSync('/proc/self/status', 'latin1'));
  const held = BigInt(`0x${found?.[1] ?? '0'}`);
  return Object.values(capabilities).some((bit) => ((held >> bit) & 1n) === 1n);
};

/** Builds the loader. Never throws. */
export const kernelLoader = async (): Promise<KernelLoader> => {
  if (process.getuid?.() !== 0 || !mayLoad())
    return {missing: 'programs are loaded with bpf(2), which needs root and CAP_BPF'};
  if (!existsSync('/sys/kernel/btf/vmlinux'))
    return {missing: 'the running kernel has no /sys/kernel/btf/vmlinux'};
  try {
    return {path: (await buildShim('load-object')).path};
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return {missing: 'it needs cc and libbpf (apt-get install gcc libc6-dev libbpf-dev)'};
  }
};

/** `useCache`: what the kernel made of the object earlier in this boot may be used. */
export const loadByKernel = (
  path: string,
  bytes: Uint8Array,
  likeKernel: boolean,
  useCache = false,
): LoadedObject => sources(askKernel(path, {what: 'object', bytes}, useCache), likeKernel);

const loadedForm = /^(prog|pinned):(.*)$/s;

/** `prog:ID`, `prog:NAME`, `pinned:PATH`. */
export const isLoadedName = (text: string): boolean => loadedForm.test(text);

/** Throws a UserError if there is no such program. */
export const takeLoaded = (path: string, text: string, likeKernel: boolean): LoadedObject => {
  const [, kind, which] = loadedForm.exec(text)!;
  if (which === '' || which.includes('\0'))
    throw new UserError(`${kind}: names no program.`, 'Write prog:ID, prog:NAME or pinned:PATH.');
  const what = kind === 'pinned' ? 'pinned' : /^\d+$/.test(which) ? 'id' : 'name';
  const answer = askKernel(path, {what, which});
  if (answer.programs.length > 0) return sources(answer, likeKernel);
  const [first] = answer.refused;
  throw new UserError(
    `no such program is loaded${first === undefined ? '' : ` (${first.words})`}.`,
    'bpftool prog list names the programs that are loaded.',
  );
};

const sources = (
  {programs, refused, isCached}: KernelAnswer,
  likeKernel: boolean,
): LoadedObject => ({
  ...(isCached === true ? {isCached} : {}),
  programs: programs.map((one) => sourceOf(one, likeKernel)),
  refused: refused.map(({name, words}) => ({
    name,
    error: new UserError(
      `${words.replace(/\.$/, '')}.`,
      'This is the message of libbpf or the kernel.',
    ),
  })),
});

const sourceOf = (program: KernelProgram, likeKernel: boolean): ProgramSource => {
  let known: KernelDump | undefined;
  const dump = (): KernelDump => {
    const variant = runningVariant();
    known ??= readDump(program, variant, kernelLayout(variant.layout, program));
    return known;
  };
  return {
    name: program.name,
    type: program.type,
    instructions: insnCount(program.xlated),
    kernel: {
      functions: codeOfFunctions(program),
      lost: () => dump().lost,
      offsets: (number) => dump().functions[number].offsets,
    },
    verifiedFor: (variant) => ({
      program: verifiedFrom(dump(), variant.rules),
      layout: likeKernel
        ? kernelLayout(variant.layout, program)
        : withThunks(variant, nearKernel(variant.layout)),
    }),
  };
};
