// Which members the tree's structures have, read from its headers (patched ones first): versions
// and patches differ in them, and a missing member would go unnoticed.
import {UserError} from '../../results/error.ts';

export interface Member {
  readonly name: string;
  /** Declared as `void *`. */
  readonly isPointer: boolean;
}

const structs = ['bpf_prog', 'bpf_prog_aux', 'bpf_jit_poke_descriptor'] as const;
type Struct = (typeof structs)[number];

/** Members that kernels must have from a version on: major * 1000 + minor. */
// prettier-ignore
const expected: readonly {readonly struct: Struct; readonly member: string; readonly since: number}[] = [
  {struct: 'bpf_prog', member: 'jited_len', since: 0},
  {struct: 'bpf_prog_aux', member: 'stack_depth', since: 0},
  {struct: 'bpf_prog_aux', member: 'func_idx', since: 0},
  {struct: 'bpf_prog_aux', member: 'poke_tab', since: 5005},
  {struct: 'bpf_prog_aux', member: 'tail_call_reachable', since: 5010},
  {struct: 'bpf_jit_poke_descriptor', member: 'adj_off', since: 5005},
  {struct: 'bpf_jit_poke_descriptor', member: 'aux', since: 5014},
  {struct: 'bpf_jit_poke_descriptor', member: 'insn_idx', since: 5010},
];

/** Our names of poke members: the vectors' and the protocol's. */
const pokeName = (member: string): string => member.replace(/^tailcall_/, '');

/**
 * The header that tells both halves which members exist. `headers` are the texts of bpf.h and
 * filter.h. Throws a UserError if an expected member is missing.
 */
export const membersHeader = (headers: readonly string[], version: number): string => {
  const source = headers.map(withoutComments).join('\n');
  const found = new Map(structs.map((name) => [name, membersOf(source, name)]));
  for (const {struct, member, since} of expected) {
    if (version < since || found.get(struct)!.some(({name}) => name === member)) continue;
    throw new UserError(
      `struct ${struct} of this tree has no member ${member}, which the JIT's input needs.`,
      'jitstat fills it in as loader and verifier would; a tree without it needs another driver.',
    );
  }
  const pokes = found
    .get('bpf_jit_poke_descriptor')!
    .filter(({name, isPointer}) => isPointer && name !== 'aux');
  return [
    ...structs.flatMap((struct) =>
      found.get(struct)!.map(({name}) => `#define HAS_${struct}_${name} 1`),
    ),
    `#define POKE_NAMES ${pokes.map(({name}) => `"${pokeName(name)}"`).join(', ')}`,
    `#define POKE_MEMBERS(d) ${pokes.map(({name}) => `(unsigned long)(d).${name}`).join(', ')}`,
    '',
  ].join('\n');
};

const withoutComments = (text: string): string => text.replace(/\/\*[\s\S]*?\*\/|\/\/[^\n]*/g, ' ');

/**
 * Empty if there is no such structure. Members of anonymous structures and unions count as its own.
 */
export const membersOf = (source: string, struct: string): readonly Member[] => {
  const begin = new RegExp(`\\bstruct\\s+${struct}\\s*\\{`).exec(source);
  if (begin === null) return [];
  const start = begin.index + begin[0].length;
  let depth = 1;
  let end = start;
  for (; end < source.length && depth > 0; end++) {
    if (source[end] === '{') depth++;
    if (source[end] === '}') depth--;
  }
  return source
    .slice(start, end - 1)
    .split(/[;{}]/)
    .flatMap((declaration) => {
      const callback = /\(\s*\*\s*(\w+)\s*\)\s*\(/.exec(declaration);
      if (callback !== null) return [{name: callback[1], isPointer: false}];
      const isPointer = /^\s*void\s*\*\s*\w+\s*$/.test(declaration);
      return declaration.split(',').flatMap((part): Member[] => {
        const name = /(\w+)\s*(?:\[[^\]]*\]\s*)*(?::\s*\d+\s*)?$/.exec(part.trim())?.[1];
        return name === undefined || /^(?:\d|struct$|union$|enum$)/.test(name)
          ? []
          : [{name, isPointer}];
      });
    });
};
