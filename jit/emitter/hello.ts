// The hello line of an emitter, the first line it writes: who it is, and what its build has fixed.
import {Refusal} from '../refusal.ts';
import {isas} from '../bpf/word/isa.ts';
import type {Isa} from '../bpf/word/isa.ts';
import {readLayout} from '../image/layout.ts';
import type {Layout} from '../types.ts';

/** Version of the protocol, in the hello line's `emitter`. */
const protocolVersion = 1;

export interface Hello {
  readonly name: string;
  /** Newest instruction set it compiles; null: that of the variant whose rules are played. */
  readonly isa: Isa | null;
  /** Variant whose verifier rules fit, or null. */
  readonly rules: string | null;
  /** Fields of the layout that its build has fixed: a request may not set anything else. */
  readonly layout: Partial<Layout>;
  /** Names of a poke's members; empty if it patches nothing and all tail calls are indirect. */
  readonly pokes: readonly string[];
}

/** Throws a Refusal that says what is wrong with the line. */
export const readHello = (line: string | undefined): Hello => {
  if (line === undefined) return badHello('The emitter ended without a hello line');
  let row: unknown;
  try {
    row = JSON.parse(line);
  } catch {
    return badHello(`The emitter's first line is not JSON: ${excerpt(line)}`);
  }
  if (typeof row !== 'object' || row === null || Array.isArray(row))
    return badHello(`The emitter's first line is not a JSON object: ${excerpt(line)}`);
  const {emitter, name, arch, entry, insns, rules, layout, pokes} = row as Record<string, unknown>;
  if (emitter !== protocolVersion)
    return badHello(`The hello line says "emitter":${JSON.stringify(emitter) ?? 'nothing'}`);
  if (typeof name !== 'string' || name === '' || name.length > 200)
    return badHello('The hello line has no "name" of 1 to 200 characters');
  if (arch !== 'x86_64') return badHello(`The hello line says "arch":${JSON.stringify(arch)}`);
  if (entry !== undefined && entry !== 'kernel')
    return badHello(`The hello line says "entry":${JSON.stringify(entry)}`);
  const isa = insns === undefined ? null : isas.find((each) => each === insns);
  if (isa === undefined) return badHello(`The hello line says "insns":${JSON.stringify(insns)}`);
  if (rules !== undefined && typeof rules !== 'string')
    return badHello(`The hello line says "rules":${JSON.stringify(rules)}`);
  return {name, isa, rules: rules ?? null, layout: fixedOf(layout), pokes: pokesOf(pokes)};
};

const fixedOf = (layout: unknown): Partial<Layout> => {
  if (layout === undefined) return {};
  if (typeof layout !== 'object' || layout === null || Array.isArray(layout))
    return badHello(`The hello line says "layout":${JSON.stringify(layout)}`);
  try {
    return readLayout(layout as Record<string, unknown>, {} as Layout);
  } catch (error) {
    return badHello(`The hello line is wrong: ${error instanceof Error ? error.message : error}`);
  }
};

const pokesOf = (pokes: unknown): readonly string[] => {
  if (pokes === undefined) return [];
  const named = (each: unknown) => typeof each === 'string' && /^[a-z]\w{0,40}$/.test(each);
  if (Array.isArray(pokes) && pokes.length <= 16 && pokes.every(named)) return pokes as string[];
  return badHello(`The hello line says "pokes":${JSON.stringify(pokes)}`);
};

/** The beginning of what someone else wrote, made safe for a terminal. */
export const excerpt = (text: string): string => {
  const short = text.slice(0, 60);
  return JSON.stringify(short) + (text.length > 60 ? '…' : '');
};

const badHello = (what: string): never => {
  throw new Refusal(
    `${what.slice(0, 300)}.`,
    'An emitter says who it is first: {"emitter":1,"name":"…","arch":"x86_64"}; see docs/emitter.md.',
  );
};
