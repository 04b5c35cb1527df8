// What kernels made of programs (recorded images): frames, stack depths, reach flags, and every
// instruction after the verifier.
import {existsSync, readFileSync} from 'node:fs';
import {describe, expect, test} from 'vitest';
import {recordedVectors} from '../../testdata/vectors.ts';
import type {Recorded} from '../../testdata/vectors.ts';
import type {Program, VerifierRules} from '../../types.ts';
import {assemble} from '../text/assemble.ts';
import {parseConformance} from '../text/conformance-file.ts';
import {linuxContextFields} from './context-fields.ts';
import type {ContextFields} from './context-fields.ts';
import {formatProgram} from '../text/format-insn.ts';
import {
  callHelper,
  codeAt,
  codes,
  immAt,
  insnAt,
  insnCount,
  isLocalCall,
  isWide,
  writeInsn,
} from '../word/insn.ts';
import {loadObject} from '../object/object.ts';
import {callGraph, checkStackAndReach} from './stack-rules.ts';
import {verify} from './verify.ts';

const base = {
  tailCallsInSubprograms: 'allow-256',
  clampStackTo512: false,
  propagatesReach: true,
  divisionRewrite: 'new',
} as const;
const rules: Readonly<Record<string, VerifierRules>> = {
  v61: {...base, frameRounding: 32, ownTailCallReaches: false, isa: 'v6.1'},
  v618: {...base, frameRounding: 16, ownTailCallReaches: true, isa: 'v6.18'},
};
const valueOffsets: Readonly<Record<string, number>> = {v61: 0x110, v618: 0x138};
/** `protocol` has moved in `sk_buff` since. */
const fields: Readonly<Record<string, ContextFields>> = {
  v61: {
    ...linuxContextFields,
    sched_cls: linuxContextFields.sched_cls.map((field) =>
      field.name === 'protocol' ? {...field, loads: [{offset: 0xb4, bytes: 2}]} : field,
    ),
  },
  v618: linuxContextFields,
};
const env = {
  mapAddress: () => 0n,
  mapValueAddress: () => 0n,
  helperAddressMinusCallBase: () => 0,
  contextFields: linuxContextFields,
};

const vectors = recordedVectors('jit-kernels');
type Functions = readonly Pick<
  Recorded['functions'][number],
  'start' | 'stackDepth' | 'tailCallReachable' | 'subprogram'
>[];

describe('objects as kernels took them', () => {
  const rows = vectors.flatMap((vector) => {
    const [, stem, opt, program] =
      /^k61\w*?p?\/c\/(\w+\.v\d)-(O2)#(\w+)$|^k618p\/c\/(\w+\.v\d)-(O2)#(\w+)$/
        .exec(vector.id)
        ?.filter((part) => part !== undefined) ?? [];
    const file = new URL(`../testdata/${stem}.${opt}.o`, import.meta.url);
    return stem !== undefined && existsSync(file) ? [{...vector, file, program}] : [];
  });
  test.each(rows)('$id', ({variant, file, program, functions, insns}) => {
    const source = loadObject(readFileSync(file), 'object').find(({name}) => name === program);
    const mine = verify(source!, rules[variant], {
      ...env,
      arrayValueOffset: valueOffsets[variant],
      contextFields: fields[variant],
    });
    // The emitter of v6.1 finds its own tail calls; the recorded flag has them. The recorded loader
    // appended .text in its own order, libbpf (and this one) in the order of calls: compare as
    // sets.
    const facts = (list: Functions, words: Uint8Array) =>
      list
        .map(({start, stackDepth, tailCallReachable, subprogram}, index) => {
          const body = words.subarray(start * 8, (list[index + 1]?.start ?? words.length / 8) * 8);
          const text = formatProgram(body, {verified: true}).replaceAll(
            /(?<=0x)[0-9a-f]+(?= ll)|(?<=callBase|function|tail call)[ +-]*\d+/g,
            '*',
          );
          // The emitter of v6.1 finds its own tail calls; the recorded flag has them.
          const reached = tailCallReachable || text.includes('tail call');
          return (
            `${subprogram ? 'subprogram' : 'main'}, ${Math.ceil(stackDepth / 8) * 8} bytes, ` +
            `${reached ? 'reached' : 'not reached'}\n${text}`
          );
        })
        .sort();
    const [actual, expected] = [
      facts(mine.functions, mine.insns),
      facts(functions, Buffer.from(insns, 'hex')),
    ];
    // 6.1 assumes that `inner` of tc_b2b returns its own even number, although a tail call may return
    // anything, and therefore deletes a branch.
    expect(actual).toEqual(expected);
  });
});

const cases = new URL('../../../../shared/fixtures/conformance/', import.meta.url);

describe.skipIf(!existsSync(cases))(
  'conformance programs as kernels took them (skipped without ../shared/fixtures)',
  () => {
    const conformance = vectors.flatMap((vector) => {
      const [, stem] = /^k61\w*\/conf\/(.*)\.xdp#main$/.exec(vector.id) ?? [];
      if (stem === undefined || !existsSync(cases)) return [];
      const {asm, memory} = parseConformance(readFileSync(new URL(`${stem}.data`, cases), 'utf8'));
      // Cases with memory were recorded after instructions that fetch it.
      return memory.length > 0 ? [] : [{...vector, stem, asm}];
    });
    test.each(conformance)('$id', ({variant, stem, asm, insns, functions}) => {
      const mine = verify(assemble(asm, {name: stem, type: 'xdp'}), rules[variant], env);
      const text = (bytes: Uint8Array) =>
        formatProgram(bytes, {verified: true}).replaceAll(/callBase . \d+/g, 'callBase');
      expect(text(mine.insns)).toBe(text(Buffer.from(insns, 'hex')));
      expect(mine.functions.map(({stackDepth}) => Math.ceil(stackDepth / 8) * 8)).toEqual(
        functions.map(({stackDepth}) => stackDepth),
      );
    });
  },
);

describe('stack sums and reach flags of all recorded programs with functions', () => {
  /** The record as a program again: calls relative, tail calls as calls of helper 12. */
  const rebuilt = ({id, insns, functions}: Recorded): Program => {
    const bytes = Buffer.from(insns, 'hex');
    for (let index = 0; index < insnCount(bytes); index++) {
      if (isWide(bytes, index)) index++;
      else if (isLocalCall(bytes, index))
        writeInsn(bytes, index, {
          ...insnAt(bytes, index),
          imm: functions[immAt(bytes, index)].start - index - 1,
        });
      else if (codeAt(bytes, index) === codes.tailCall) writeInsn(bytes, index, callHelper(12));
    }
    return {
      name: id,
      type: 'sched_cls',
      insns: bytes,
      maps: [],
      functions: functions.map(({start}) => ({name: '', start})),
    };
  };

  test('the flags agree if no dead code was removed', () => {
    let same = 0;
    const different: string[] = [];
    for (const vector of vectors.filter(({functions}) => functions.length > 1)) {
      const program = rebuilt(vector);
      const reached = checkStackAndReach(
        program,
        rules[vector.variant],
        vector.functions.map(({stackDepth}) => stackDepth),
      );
      const {hasTailCall} = callGraph(program);
      vector.functions.forEach(({tailCallReachable}, index) => {
        if (tailCallReachable === (reached[index] || hasTailCall[index])) same++;
        else different.push(`${vector.id} function ${index}: ${tailCallReachable}`);
      });
    }
    expect(same).toBeGreaterThan(2000);
    // Functions whose tail calls 6.18 counted before it removed them as dead.
    expect(different).toEqual([
      'k618p/rnd/b2b_sub.p18#main function 2: true',
      'k618p/rnd/b2b_both.p8#main function 1: true',
      'k618p/rnd/b2b_both.p24#main function 5: true',
    ]);
  });
});
