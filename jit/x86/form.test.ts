// The table of forms: wrong rows are refused when it is loaded, and both ways of writing a form
// agree for every register.
import {expect, test} from 'vitest';
import {assemble, at32, at8} from './assemble-form.ts';
import {CodeBuffer} from './buffer.ts';
import {alone, ofImmediate, ofMemory, ofOne, ofTwo} from './encode.ts';
import {forms, parseForm, parseForms, sized} from './form.ts';
import type {FormName, FormRow} from './forms.ts';

test.each([
  [['add', 'r/m32, r32', '01 /q'], "'/q' is not understood"],
  [['add', 'r/m32, r99', '01 /r'], "no operand 'r99'"],
  [['neg', 'r/m32', 'F7 /8'], "'/8' is not understood"],
  [['add', 'r/m32, r32', '01'], 'r/m and ModRM go together'],
  [['neg', 'r/m32', 'F7 /r'], 'the encoding holds 1 registers'],
  [['add', 'r/m32, imm8', '83 /0 id'], 'differ in size'],
  [['push', 'r64', '51+rd'], '+rd needs 8 opcodes'],
  [['jcc', 'rel8', '74+cc cb'], '+cc needs 16 opcodes'],
  [['add', 'r/m64, r64', '01 /r'], 'W and the operands disagree'],
  [['mov', 'r/m16, r16', '89 /r'], 'prefix 66 and the operands disagree'],
  [['nop', '', '/0'], 'there is no opcode'],
] as const satisfies readonly (readonly [FormRow, string])[])('%j is refused', (row, why) => {
  expect(() => parseForm(row)).toThrow(why);
});

test('two rows with one name or one encoding are refused', () => {
  const add: FormRow = ['add', 'r/m32, r32', '01 /r'];
  expect(() => parseForms([add, add])).toThrow("Two forms are called 'add r/m32, r32'.");
  expect(() => parseForms([add, ['adc', 'r/m32, r32', '01 /r']])).toThrow('is encoded as');
  expect(() =>
    parseForms([
      ['push', 'r64', '50+rd'],
      ['pop', 'r64', '50+rd'],
    ]),
  ).toThrow('encoded');
});

test('a 32-bit form finds the 64-bit one next to it', () => {
  expect(sized(64, 'imul r32, r/m32, imm32')).toBe('imul r64, r/m64, imm32');
  expect(sized(64, 'add eax, imm32')).toBe('add rax, imm32');
  expect(() => sized(64, 'nop r/m32')).toThrow('no 64-bit form');
});

const written = (write: (code: CodeBuffer) => void): readonly number[] => {
  const code = new CodeBuffer(32);
  write(code);
  return [...code.bytes.subarray(0, code.length)];
};

/** Every form with operands of these kinds. */
const of = (...kinds: readonly string[]): readonly FormName[] =>
  [...forms.values()]
    .filter(
      ({vex, adds, operands}) =>
        vex === null &&
        adds !== 'condition' &&
        operands.map(({kind}) => kind).join() === kinds.join(),
    )
    .map(({name}) => name as FormName);
const registers = Array.from({length: 16}, (_, register) => register);
const bases = registers.filter((register) => (register & 7) !== 4);

test.each([...of('registerOrMemory', 'register'), ...of('register', 'registerOrMemory')])(
  '%s',
  (name) => {
    const [two, memory] = [ofTwo(name), ofMemory(name)];
    const isMemoryFirst = forms.get(name)!.operands[0].kind === 'registerOrMemory';
    for (const a of registers) {
      for (const b of registers) {
        // Byte registers occur only as the register operand, or as the source of an extension.
        if (!name.startsWith('mov r/m8') && !name.includes('r/m8'))
          expect(written((code) => two(code, a, b))).toEqual(assemble(name, a, b));
        for (const offset of [0, -128, 127, 128]) {
          if (!bases.includes(isMemoryFirst ? a : b)) continue;
          const place = (Math.abs(offset + 0.5) < 128 ? at8 : at32)(isMemoryFirst ? a : b, offset);
          expect(written((code) => memory(code, a, b, offset))).toEqual(
            isMemoryFirst ? assemble(name, place, b) : assemble(name, a, place),
          );
        }
      }
    }
  },
);

test.each([...of('registerOrMemory', 'immediate'), ...of('register', 'immediate')])(
  '%s',
  (name) => {
    if (forms.get(name)!.tailBytes === 8 || name.startsWith('mov r/m8')) return;
    const write = ofImmediate(name);
    for (const register of registers)
      expect(written((code) => write(code, register, 0x12))).toEqual(
        assemble(name, register, 0x12),
      );
  },
);

test.each([...of('register'), ...of('registerOrMemory'), ...of('registerOrMemory', 'fixed')])(
  '%s',
  (name) => {
    const write = ofOne(name);
    for (const register of registers)
      expect(written((code) => write(code, register))).toEqual(assemble(name, register));
  },
);

test.each(of())('%s', (name) => {
  expect(written(alone(name))).toEqual(assemble(name));
});
