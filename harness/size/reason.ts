// Why a program is refused, in words that can be grouped: without the names of its file, section,
// program, map and instruction.
import {userMessage} from '../command/trouble.ts';

interface Rule {
  readonly form: RegExp;
  readonly text: string;
  /** A message and what becomes of it, as the test of the rule. */
  readonly example: readonly [message: string, reason: string];
}

// prettier-ignore
export const reasonRules: readonly Rule[] = [
  {form: /^section ([^:/]+)(?:\/[^:]*)?: program \S+ is of a type/, text: '$1 programs: a type',
    example: ['section kprobe/do_sys: program a is of a type that is not supported',
      'kprobe programs: a type that is not supported']},
  {form: /^section [^:]+: /, text: '', example: ['section tc: no function', 'no function']},
  {form: /of which type program \S+ is$/, text: 'of which type the program is',
    example: ['the name does not say of which type program a is',
      'the name does not say of which type the program is']},
  {form: /^program [^: ]+: /, text: '', example: ['program a: the stack is large', 'the stack is large']},
  {form: /^instruction \d+: /, text: '', example: ['instruction 12: R1 is wrong', 'R1 is wrong']},
  {form: /^map [^: ]+: /, text: '', example: ['map events: map type ringbuf', 'map type ringbuf']},
  {form: /^(?:libbpf: )?prog '[^']+': /, text: '',
    example: ["libbpf: prog 'a': BPF program load failed", 'BPF program load failed']},
  {form: / \(kfunc, BTF id \d+\)/, text: '',
    example: ['call of kernel function (kfunc, BTF id 7) is not supported',
      'call of kernel function is not supported']},
  {form: /(BTF type ID of) '[^']+'/, text: '$1 a function',
    example: ["no BTF type ID of 'vfs_read': -3", 'no BTF type ID of a function: -3']},
];

/**
 * The reason without the name of the file, which may also be there as its `path`. Rethrows errors
 * that the user cannot fix.
 */
export const reasonOf = (error: Error, file: string, path = file): string => {
  const message = userMessage(error);
  const starts = [file, path].flatMap((name) => [`${name}: `, `${name} `]);
  const start = starts.find((one) => message.startsWith(one)) ?? '';
  return shorten(message.slice(start.length));
};

export const shorten = (message: string): string =>
  reasonRules.reduce((text, {form, text: by}) => text.replace(form, by), message);
