// Emitters that answer wrongly, without any process: every field is checked before it is believed.
import {expect, test} from 'vitest';
import {emitterVariant} from './emitter.ts';
import {readHello} from './emitter/hello.ts';
import {compileProgram} from './compile.ts';
import {listFunction} from './listing/listing.ts';
import {answerLines} from './batch.ts';
import type {VerifiedProgram} from './types.ts';
import {findVariant} from './variants/list/index.ts';

const hello = {
  emitter: 1,
  name: 'test',
  arch: 'x86_64',
  pokes: ['target', 'bypass', 'bypass_addr'],
};
const line = (value: unknown) => JSON.stringify(value);

test.each([
  ['nothing', undefined, /ended without a hello line/],
  ['garbage', 'ELF\u0000\u001b[2J', /not JSON: "ELF\\u0000\\u001b\[2J"/],
  ['a list', '[1]', /not a JSON object/],
  ['another version', line({...hello, emitter: 2}), /"emitter":2/],
  ['no name', line({...hello, name: ''}), /no "name"/],
  ['another machine', line({...hello, arch: 'arm64'}), /"arch":"arm64"/],
  ['another entry', line({...hello, entry: 'ubpf'}), /"entry":"ubpf"/],
  ['unknown instructions', line({...hello, insns: 'v9'}), /"insns":"v9"/],
  ['a layout that is none', line({...hello, layout: {maxEntriesOffset: -4}}), /maxEntriesOffset/],
  ['pokes that are not names', line({...hello, pokes: ['__proto__', 3]}), /"pokes"/],
])('hello: %s', (_name, text, message) => expect(() => readHello(text)).toThrow(message));

/** r0 = 0; a direct tail call; exit. */
const program: VerifiedProgram = {
  insns: Buffer.from('b700000000000000f5000000010000009500000000000000', 'hex'),
  functions: [{start: 0, base: 0x1000n, stackDepth: 0, tailCallReachable: true, subprogram: false}],
  descriptors: [],
};

const right = {
  image: '0f1f440000' + '31c0' + 'e900000000' + '0f1f440000' + 'c3',
  functionLengths: [18],
  ends: [[5, 7, 17, 18]],
  pokes: [{insn: 1, target: 12, bypass: 7, bypass_addr: 17, adj: 5}],
};

const variantThat = (answer: object | string | Error, hi: object = hello) =>
  emitterVariant({
    name: 'emitter:test',
    hello: readHello(line(hi)),
    like: findVariant('v61'),
    ask: (requests) =>
      requests.map((request) => {
        if (answer instanceof Error || typeof answer === 'string') return answer;
        return line({id: (JSON.parse(request) as {id: number}).id, ...answer});
      }),
  });

const compile = (answer: object | string | Error) => {
  const variant = variantThat(answer);
  return compileProgram(program, variant, variant.layout);
};

test('a right answer becomes code, poke sites and a listing by instruction', () => {
  const {functions, pokes} = compile(right);
  expect(pokes).toEqual([
    {descriptor: 0, function: 0, insn: 1, target: 12, bypass: 7, bypassTarget: 17, adj: 5},
  ]);
  const lines = listFunction({...functions[0], symbol: 'f', program: 'p'});
  expect(lines.map(({insn, step, text}) => `${insn} ${step}: ${text}`)).toEqual([
    '-1 prologue: nopl 0x0(%rax,%rax,1)',
    '0 body: xor %eax,%eax',
    '1 tail call: jmp 100c',
    '1 tail call: nopl 0x0(%rax,%rax,1)',
    '2 exit: ret',
  ]);
});

test.each([
  ['no JSON', 'garbage', /not JSON/],
  ['a number', '7', /not a JSON object/],
  ['another id', {...right, id: 9}, /answered id 9 instead of 0/],
  ['no image', {...right, image: undefined}, /not hex/],
  ['half a byte', {...right, image: right.image + '0'}, /not hex/],
  ['lengths of another number', {...right, functionLengths: [9, 9]}, /one for each of 1/],
  ['a length that is none', {...right, functionLengths: [1.5]}, /function length/],
  ['lengths that do not add up', {...right, functionLengths: [17]}, /17 bytes and an image of 18/],
  ['too few ends', {...right, ends: [[5, 7]]}, /not 4 numbers/],
  ['ends that fall', {...right, ends: [[5, 4, 17, 18]]}, /fall, or are outside/],
  ['ends outside', {...right, ends: [[5, 7, 17, 19]]}, /fall, or are outside/],
  ['no poke', {...right, pokes: []}, /0 pokes for 1 direct/],
  [
    'a poke of another instruction',
    {...right, pokes: [{...right.pokes[0], insn: 2}]},
    /comes next/,
  ],
  ['a poke outside', {...right, pokes: [{...right.pokes[0], target: 15}]}, /target is outside/],
  ['a poke without adj', {...right, pokes: [{...right.pokes[0], adj: null}]}, /without adj/],
  [
    'a poke without a place',
    {...right, pokes: [{...right.pokes[0], target: -1}]},
    /without a place/,
  ],
  [
    'a refusal',
    {error: 'opcode', reason: 'unknown \u001b[31mopcode'},
    /refuses: unknown +\[31mopcode/,
  ],
  ['an end', new Error('it died'), /it died/],
])('answer: %s', (_name, answer, message) => expect(() => compile(answer)).toThrow(message));

test('a layout field that its build has fixed cannot be changed', () => {
  const variant = variantThat(right, {...hello, layout: {sls: true, maxEntriesOffset: 0x24}});
  const layout = {...variant.layout, maxEntriesOffset: 0x4c};
  // Offsets matter to indirect tail calls only, and this program has none.
  expect(compileProgram(program, variant, layout).functions[0].code).toHaveLength(18);
  expect(() => compileProgram(program, variant, {...layout, sls: false})).toThrow(/sls true/);
  const indirect = {...program, insns: Uint8Array.from(program.insns)};
  indirect.insns[12] = 0;
  expect(() => compileProgram(indirect, variant, layout)).toThrow(/maxEntriesOffset 36/);
});

test('without poke members all tail calls are asked for as indirect ones', () => {
  let asked = '';
  const variant = emitterVariant({
    name: 'emitter:test',
    hello: readHello(line({...hello, pokes: []})),
    like: findVariant('v61'),
    ask: (requests) => {
      asked = requests[0];
      return [line({id: 0, ...right, pokes: []})];
    },
  });
  expect(compileProgram(program, variant, variant.layout).pokes).toEqual([]);
  expect(JSON.parse(asked)).toMatchObject({
    insns: 'b700000000000000f5000000000000009500000000000000',
  });
});

test('members of a poke that jitstat does not know are shown, and named as not patchable', () => {
  const pokes = ['target', 'bypass', 'bypass_addr', 'ip_aux'];
  const variant = variantThat(
    {...right, pokes: [{...right.pokes[0], ip_aux: 3}]},
    {...hello, pokes},
  );
  expect(variant.foreign?.unknownPokes).toEqual(['target', 'bypass', 'bypass_addr', 'ip_aux']);
  const request = line({
    id: 'a',
    variant: 'x',
    insns: Buffer.from(program.insns).toString('hex'),
    functions: [{start: 0, base: '0x1000', stackDepth: 0}],
    layout: {},
  });
  const [answer] = answerLines([request], () => variant);
  expect(JSON.parse(answer)).toMatchObject({
    id: 'a',
    pokes: [{target: 12, bypass: 7, bypass_addr: 17, ip_aux: 3, adj: 5}],
  });
});

test('a wrong answer to one request of a batch leaves the others alone', () => {
  const variant = emitterVariant({
    name: 'emitter:test',
    hello: readHello(line(hello)),
    like: findVariant('v61'),
    ask: (requests) =>
      requests.map((_request, id) => line({id, ...right, functionLengths: [id === 1 ? 3 : 18]})),
  });
  const request = line({
    variant: 'x',
    insns: Buffer.from(program.insns).toString('hex'),
    functions: [{start: 0, base: '0x1000', stackDepth: 0}],
    layout: {},
  });
  const answers = answerLines([request, request, request, '{'], () => variant);
  expect(answers.map((each) => (JSON.parse(each) as {error?: string}).error)).toEqual([
    undefined,
    'emitter-wrong',
    undefined,
    'bad-json',
  ]);
});
