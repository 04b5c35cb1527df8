// Each rule is tested by its example, which fails if the rule is switched off.
import {expect, test} from 'vitest';
import {Refusal} from '../../jit/refusal.ts';
import {reasonOf, reasonRules, shorten} from './reason.ts';

test.each(reasonRules.map(({form, example}) => [String(form), ...example] as const))(
  '%s',
  (_, message, reason) => {
    expect(shorten(message)).toBe(reason);
    expect(message).not.toBe(reason);
  },
);

test('the name of the file is removed first', () => {
  const error = new Refusal('x.o: section tc: instruction 3: R0 is wrong.', 'Write it.');
  expect(reasonOf(error, 'x.o')).toBe('R0 is wrong');
});

test.each([
  ['/tmp/o/x.o: this is an archive, not a BPF object.', 'this is an archive, not a BPF object'],
  ['/tmp/o/x.o cannot be used: permission is denied.', 'cannot be used: permission is denied'],
  ['x.old: this is not an ELF file', 'x.old: this is not an ELF file'],
])('so is its whole path: %s', (message, reason) => {
  expect(reasonOf(new Refusal(message, 'Write it.'), 'x.o', '/tmp/o/x.o')).toBe(reason);
});

test('a fault of our own is not a reason', () => {
  expect(() => reasonOf(new TypeError('x'), 'x.o')).toThrow(TypeError);
});
