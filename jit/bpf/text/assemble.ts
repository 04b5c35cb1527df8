// Turns assembly text into a program: lines, labels and functions; each of the two dialects has a
// file for its statements.
import {Refusal} from '../../refusal.ts';
import type {ProgramType} from '../../program-kinds.ts';
import type {MapSpec, Program} from '../../types.ts';
import {clangStatement} from './assemble-clang.ts';
import {conformanceStatement} from './assemble-conformance.ts';
import {helperId} from '../word/helpers.ts';
import {functionsOf} from './hex.ts';
import {codes, encode} from '../word/insn.ts';
import type {Insn} from '../word/insn.ts';
import {StatementError} from './statement.ts';
import type {Statement, Target} from './statement.ts';

export interface AssembleOptions {
  readonly name: string;
  readonly type: ProgramType;
  readonly maps?: readonly MapSpec[];
}

interface Placed extends Statement {
  readonly at: number;
  readonly line: number;
  readonly text: string;
}

/**
 * Assembles `source`. Two dialects may be mixed: that of clang and the kernel's log (`r1 = *(u32
 * *)(r6 + 8)`, `if r1 != 0 goto done`, `r2 = map NAME ll`, `lock *(u64 *)(r1 + 0) += r2`, `call
 * 12`) and that of the conformance files (`ldxw %r1, [%r6+8]`, `jne %r1, 0, done`, `call local f`).
 * Statements end at a line end or `;`, comments start with `#` or `//`, labels end with `:`. A
 * function starts at `.func NAME` and at every label that is called. The label `exit`, unless
 * given, is the first exit instruction. Throws a Refusal with line number, text and reason.
 */
export const assemble = (source: string, options: AssembleOptions): Program => {
  const maps = options.maps ?? [];
  const labels = new Map<string, number>();
  const functions = new Map<number, string>();
  const placed: Placed[] = [];
  const fail = (line: number, text: string, reason: string): never => {
    throw new Refusal(
      `program ${options.name}: line ${line}: ${reason}: ${text}`,
      'Write it as clang does (`r1 = *(u32 *)(r6 + 8)`) or as the conformance files do ' +
        '(`ldxw %r1, [%r6+8]`).',
    );
  };
  const numberOf = mapNumber(maps);
  let at = 0;
  source.split('\n').forEach((whole, index) => {
    const line = index + 1;
    for (const piece of statementsOf(whole)) {
      let text = piece;
      const label = /^([A-Za-z_.$][\w.$]*)\s*:\s*(.*)$/.exec(text);
      if (label !== null) {
        if (labels.has(label[1])) fail(line, piece, `label ${label[1]} is given twice`);
        labels.set(label[1], at);
        text = label[2];
      }
      const directive = /^\.func\s+([A-Za-z_.$][\w.$]*)$/.exec(text);
      if (directive !== null) {
        if (labels.has(directive[1])) fail(line, piece, `label ${directive[1]} is given twice`);
        labels.set(directive[1], at);
        functions.set(at, directive[1]);
        continue;
      }
      if (text === '') continue;
      try {
        const statement = clangStatement(text, numberOf) ?? conformanceStatement(text);
        if (statement === undefined)
          return fail(line, text, 'this is not a statement of either dialect');
        placed.push({...statement, at, line, text});
        at += statement.insns.length;
      } catch (error) {
        if (error instanceof StatementError) fail(line, text, error.message);
        throw error;
      }
    }
  });
  if (at === 0)
    throw new Refusal(
      `program ${options.name}: no instruction in the text`,
      'Write at least `r0 = 0; exit`.',
    );
  const firstExit = placed.find(({insns}) => insns[0].code === codes.exit);
  if (!labels.has('exit') && firstExit !== undefined) labels.set('exit', firstExit.at);
  const words: Insn[] = [];
  for (const statement of placed) {
    const {insns, target} = statement;
    words.push(
      ...(target === undefined ? insns : [resolve(statement, insns[0], target, labels, fail)]),
    );
  }
  const insns = encode(words);
  return {
    name: options.name,
    type: options.type,
    insns,
    functions: functionsOf(insns, options.name, nameFunctions(insns, functions, labels)),
    maps,
  };
};

/** Statements of one line without comments and instruction numbers (`12: (bf) r1 = r6`). */
const statementsOf = (line: string): string[] =>
  line
    .replace(/(#|\/\/).*$/, '')
    .split(';')
    .map((text) => text.trim().replace(/^\d+:\s*(\([0-9a-f]{2}\)\s*)?/, ''))
    .filter((text) => text !== '');

const mapNumber =
  (maps: readonly MapSpec[]) =>
  (name: string): number => {
    const byName = maps.findIndex((map) => map.name === name);
    const number = byName < 0 && /^\d+$/.test(name) ? Number(name) : byName;
    if (number < 0 || number >= maps.length) {
      throw new StatementError(
        `map ${name} does not exist (there ${maps.length === 1 ? 'is' : 'are'} ` +
          `${maps.map((map) => map.name).join(', ') || 'none'})`,
      );
    }
    return number;
  };

const resolve = (
  {at, line, text, call}: Placed,
  insn: Insn,
  target: Target,
  labels: ReadonlyMap<string, number>,
  fail: (line: number, text: string, reason: string) => never,
): Insn => {
  let distance = target;
  if (typeof distance === 'string') {
    const place = labels.get(distance);
    if (place === undefined) {
      const id = call === 'helper' ? helperId(distance) : undefined;
      if (id !== undefined) return {...insn, src: 0, imm: id};
      return fail(
        line,
        text,
        call === 'helper'
          ? `${distance} is neither a label nor a helper`
          : `label ${distance} does not exist`,
      );
    }
    distance = place - at - 1;
  }
  if (insn.code === codes.call || insn.code === codes.gotol) return {...insn, imm: distance};
  if (distance < -32768 || distance > 32767)
    return fail(
      line,
      text,
      `the jump is ${distance} instructions long, more than 16 bits can hold (use gotol)`,
    );
  return {...insn, off: distance};
};

/** Names of functions: from `.func`, or the label of a place that is called. */
const nameFunctions = (
  insns: Uint8Array,
  given: ReadonlyMap<number, string>,
  labels: ReadonlyMap<string, number>,
): Map<number, string> => {
  const labelAt = new Map([...labels].map(([label, at]) => [at, label]));
  const starts = functionsOf(insns, '')
    .map(({start}) => start)
    .filter((start) => start > 0 && labelAt.has(start));
  return new Map(
    [...starts.map((start) => [start, labelAt.get(start) as string] as const), ...given].filter(
      ([start]) => start < insns.length / 8,
    ),
  );
};
