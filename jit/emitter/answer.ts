// An emitter's answer, checked field by field: nothing of it is believed before it fits the request.
import {refuse} from '../refusal.ts';
import type {Compiled, CompiledFunction, Mark, PokeSite, VerifiedProgram} from '../types.ts';
import {excerpt} from './hello.ts';
import {tailCallsOf} from './request.ts';

/** One direct tail call: offsets into the whole image by the emitter's names; -1 = not set. */
export interface ForeignPoke {
  readonly insn: number;
  readonly adj: number;
  readonly members: Readonly<Record<string, number>>;
}

export interface EmitterAnswer {
  readonly image: Uint8Array;
  readonly functionLengths: readonly number[];
  /** By function: `ends[0]` of the prologue, `ends[i]` of its i-th slot; null if not given. */
  readonly ends: readonly (readonly number[])[] | null;
  readonly pokes: readonly ForeignPoke[];
  /** What the compiler printed. */
  readonly said: string;
}

const pokeBytes = 5;
const longestImage = 1 << 28;

/** Throws a Refusal for an answer that is wrong, and for one that refuses. */
export const readAnswer = (
  line: string | undefined,
  id: number,
  program: VerifiedProgram,
  names: readonly string[],
): EmitterAnswer => {
  const row = parse(line);
  if (row['id'] !== id) wrong(`answered id ${JSON.stringify(row['id'])} instead of ${id}`);
  if (row['error'] !== undefined) {
    const said = typeof row['said'] === 'string' ? row['said'] : '';
    const reason = [row['reason'], said, row['error']].find((each) => typeof each === 'string');
    refuse(
      'emitter-refuses',
      `the emitter refuses: ${shown(String(reason))}`,
      'The compiler of that side refuses; read its message.',
    );
  }
  const image = imageOf(row['image']);
  const functionLengths = lengthsOf(row['functionLengths'], program, image);
  return {
    image,
    functionLengths,
    ends: row['ends'] === undefined ? null : endsOf(row['ends'], program, functionLengths),
    pokes: pokesOf(row['pokes'] ?? [], program, image, names),
    said: typeof row['said'] === 'string' ? shown(row['said']) : '',
  };
};

/** The answer as the linker takes it. `names` as the hello line gives them. */
export const compiledOf = (answer: EmitterAnswer, program: VerifiedProgram): Compiled => {
  const begins = beginsOf(answer.functionLengths);
  const tailCalls = tailCallsOf(program.insns);
  const functions = program.functions.map(({base}, index): CompiledFunction => {
    const length = answer.functionLengths[index];
    const code = answer.image.slice(begins[index], begins[index] + length);
    const ends = answer.ends?.[index];
    return {
      base,
      code,
      ends: Uint32Array.from(ends ?? [length]),
      marks: () => marksOf(program, index, length, ends),
    };
  });
  const pokes = answer.pokes.map(({insn, adj, members}): PokeSite => {
    const index = program.functions.findLastIndex(({start}) => start <= insn);
    const at = (name: string): number | null =>
      (members[name] ?? -1) < 0 ? null : members[name] - begins[index];
    return {
      descriptor: tailCalls.find((each) => each.insn === insn)!.imm - 1,
      function: index,
      insn,
      target: at('target') ?? at('ip')!,
      bypass: at('bypass') ?? at('ip_aux'),
      bypassTarget: at('bypass_addr'),
      adj,
    };
  });
  return {functions, pokes, passes: []};
};

const beginsOf = (lengths: readonly number[]): number[] => {
  let total = 0;
  return lengths.map((length) => (total += length) - length);
};

/** All that instruction ends say: prologue, tail calls, exits, and the rest. */
const marksOf = (
  {insns, functions}: VerifiedProgram,
  index: number,
  length: number,
  ends: readonly number[] | undefined,
): readonly Mark[] => {
  if (ends === undefined) return [{offset: 0, bytes: length, step: 'code', insn: -1}];
  const marks: Mark[] = [];
  let offset = 0;
  const add = (end: number, step: string, insn: number) => {
    if (end > offset) marks.push({offset, bytes: end - offset, step, insn});
    offset = end;
  };
  add(ends[0], 'prologue', -1);
  for (let i = 1; i < ends.length; i++) {
    const insn = functions[index].start + i - 1;
    const opcode = insns[8 * insn];
    add(ends[i], opcode === 0xf5 ? 'tail call' : opcode === 0x95 ? 'exit' : 'body', insn);
  }
  add(length, 'end', functions[index].start + ends.length - 2);
  return marks;
};

const parse = (line: string | undefined): Record<string, unknown> => {
  if (line === undefined) return wrong('ended before it had answered every request');
  let row: unknown;
  try {
    row = JSON.parse(line);
  } catch {
    return wrong(`answered a line that is not JSON: ${excerpt(line)}`);
  }
  return typeof row === 'object' && row !== null && !Array.isArray(row)
    ? (row as Record<string, unknown>)
    : wrong(`answered a line that is not a JSON object: ${excerpt(line)}`);
};

const imageOf = (value: unknown): Uint8Array => {
  if (typeof value !== 'string' || value.length % 2 !== 0 || !/^[0-9a-f]*$/i.test(value))
    return wrong('answered an image that is not hex');
  if (value.length > 2 * longestImage) return wrong('answered an image of more than 256 MiB');
  // Not a Buffer, whose slices share memory.
  return Uint8Array.from(Buffer.from(value, 'hex'));
};

const isWhole = (value: unknown, least: number, most: number): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most;

const lengthsOf = (value: unknown, program: VerifiedProgram, image: Uint8Array): number[] => {
  const count = program.functions.length;
  if (!Array.isArray(value) || value.length !== count)
    return wrong(`answered functionLengths that are not one for each of ${count} functions`);
  if (!value.every((each) => isWhole(each, 1, image.length)))
    return wrong('answered a function length that is not from 1 to the length of the image');
  const sum = (value as number[]).reduce((all, each) => all + each, 0);
  if (sum !== image.length)
    return wrong(`answered functions of ${sum} bytes and an image of ${image.length}`);
  return value as number[];
};

const endsOf = (
  value: unknown,
  {insns, functions}: VerifiedProgram,
  lengths: readonly number[],
): readonly (readonly number[])[] => {
  if (!Array.isArray(value) || value.length !== functions.length)
    return wrong('answered ends that are not one list for each function');
  return value.map((list: unknown, index) => {
    const next = functions[index + 1]?.start ?? insns.length / 8;
    const slots = next - functions[index].start;
    if (!Array.isArray(list) || list.length !== slots + 1)
      return wrong(`answered ends of function ${index} that are not ${slots + 1} numbers`);
    const ordered = list.every((end: unknown, i) =>
      isWhole(end, i === 0 ? 0 : (list[i - 1] as number), lengths[index]),
    );
    if (!ordered)
      return wrong(`answered ends of function ${index} that fall, or are outside the function`);
    return list as number[];
  });
};

const pokesOf = (
  value: unknown,
  {insns}: VerifiedProgram,
  image: Uint8Array,
  names: readonly string[],
): ForeignPoke[] => {
  if (!Array.isArray(value)) return wrong('answered pokes that are not a list');
  const wanted = names.length === 0 ? [] : tailCallsOf(insns).filter(({imm}) => imm !== 0);
  if (value.length !== wanted.length)
    return wrong(`answered ${value.length} pokes for ${wanted.length} direct tail calls`);
  return wanted.map(({insn}, index) => {
    const row = (value as unknown[])[index];
    if (typeof row !== 'object' || row === null)
      return wrong('answered a poke that is not an object');
    const {insn: named = insn, adj, ...members} = row as Record<string, unknown>;
    if (named !== insn)
      return wrong(`answered a poke of instruction ${String(named)}, but ${insn} comes next`);
    if (!isWhole(adj, 0, 255)) return wrong(`answered a poke of instruction ${insn} without adj`);
    for (const name of names) {
      const most = image.length - (name === 'bypass_addr' ? 0 : pokeBytes);
      if (!isWhole(members[name], -1, most))
        return wrong(`answered a poke of instruction ${insn} whose ${name} is outside the image`);
    }
    const main = members['target'] ?? members['ip'];
    if (main !== undefined && main === -1)
      return wrong(`answered a poke of instruction ${insn} without a place to patch`);
    return {insn, adj, members: members as Record<string, number>};
  });
};

const shown = (text: string): string =>
  // eslint-disable-next-line no-control-regex
  text
    .slice(0, 2000)
    .replace(/[\u0000-\u001f\u007f-\u009f]+/g, ' ')
    .trim();

const wrong = (what: string): never =>
  refuse(
    'emitter-wrong',
    `The emitter ${what}.`,
    'jitstat emitter check COMMAND tries an emitter; the protocol is in docs/emitter.md.',
  );
