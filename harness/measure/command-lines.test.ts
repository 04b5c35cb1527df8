// From command lines to commands: parameters, names, shells, hooks.
import {expect, test} from 'vitest';
import {readArguments} from '../command/options.ts';
import {table} from '../usage/ab.ts';
import {commandLines, withCommands} from './command-lines.ts';

const linesOf = (...argv: readonly string[]) =>
  commandLines(withCommands(readArguments({...table, name: 'ab', summary: ''}, argv)));
const argvOf = (...argv: readonly string[]) => linesOf(...argv).map(({argv: one}) => one.join(' '));

// prettier-ignore
test.each([
  [['--', 'a', 'x y', '--', 'b'], ['a x y', 'b']],
  [['-L', 'n', '1,2', '--', 'a', '{n}'], ['a 1', 'a 2']],
  [['-L', 'n', '1,2', '-L', 'm', 'u,v', '--', 'a', '{n}{m}'], ['a 1u', 'a 1v', 'a 2u', 'a 2v']],
  [['-L', 'n', '1,2', '--', 'a', '{n}', '--', 'b'], ['a 1', 'a 2', 'b', 'b']],
  [['-P', 'n', '1', '3', '--', 'a', '{n}'], ['a 1', 'a 2', 'a 3']],
  [['-P', 'n', '-1', '0', '-D', '0.5', '--', 'a', '{n}'], ['a -1.0', 'a -0.5', 'a 0.0']],
  [['--parameter-scan', 'n', '0.1', '0.3', '-D', '0.1', '--', 'a', '{n}'], ['a 0.1', 'a 0.2', 'a 0.3']],
  [['--shell', 'sh', 'a | b', 'c'], ['sh -c a | b', 'sh -c c']],
  [['-S', 'bash --norc', '--', 'a', '$x', '--', 'c'], ['bash --norc -c a $x', 'bash --norc -c c']],
  [['--shell', 'default', 'a', 'c'], ['sh -c a', 'sh -c c']],
  [['--separator', '@', '--', 'git', 'log', '--', 'f', '@', 'b'], ['git log -- f', 'b']],
  [['--separator=::', '--', 'a', '--', '::', 'b', '@'], ['a --', 'b @']],
])('%j', (argv, expected) => {
  expect(argvOf(...argv)).toEqual(expected);
});

test('an option given once is for all commands, one given for each is for each', () => {
  const prepared = (...argv: readonly string[]) =>
    linesOf(...argv).map(({prepare}) => prepare?.join(' '));
  expect(prepared('-p', 'x', '--', 'a', '--', 'b')).toEqual(['sh -c x', 'sh -c x']);
  expect(prepared('-p', 'x', '-p', 'y', '--', 'a', '--', 'b')).toEqual(['sh -c x', 'sh -c y']);
  expect(prepared('-p', 'x {n}', '-L', 'n', '1,2', '--', 'a', '{n}')).toEqual([
    'sh -c x 1',
    'sh -c x 2',
  ]);
  expect(prepared('-p', 'x', '-p', 'y', '-L', 'n', '1,2', '--', 'a', '{n}', '--', 'b')).toEqual([
    'sh -c x',
    'sh -c x',
    'sh -c y',
    'sh -c y',
  ]);
  expect(prepared('--', 'a', '--', 'b')).toEqual([undefined, undefined]);
});

test('names belong to commands, in order', () => {
  const names = (...argv: readonly string[]) => linesOf(...argv).map(({name}) => name);
  expect(names('-n', 'one', '-n', 'two', '--', 'a', '--', 'b')).toEqual(['one', 'two']);
  expect(names('-n', 'one', '--', 'a', '--', 'b')).toEqual(['one', undefined]);
  expect(names('-n', 'with {n}', '-L', 'n', '1,2', '--', 'a', '{n}')).toEqual(['with 1', 'with 2']);
});

// prettier-ignore
test.each([
  [['-p', 'x', '-p', 'y', '-p', 'z', '--', 'a', '--', 'b'], /--prepare was given 3 times for 2 commands/],
  [['-L', 'n', '1,2', '--', 'a', '--', 'b'], /No command holds \{n\}/],
  [['-P', 'n', '5', '1', '--', 'a', '{n}'], /two numbers in order, not '5' and '1'/],
  [['-P', 'n', 'x', '1', '--', 'a', '{n}'], /two numbers in order/],
  [['-P', 'n', '1', '1e9', '--', 'a', '{n}'], /makes 1000000000 values/],
  [['-P', 'n', '1'], /--parameter-scan takes 3 words: VAR MIN MAX/],
  [['-L', 'n'], /--parameter-list takes 2 words/],
  [['-D', '2', '--', 'a', '--', 'b'], /has no --parameter-scan/],
  [['--shell', '', '--', 'a', '--', 'b'], /names no shell/],
  [['--shell', 'sh', '-N', 'a', 'b'], /exclude each other/],
  [['--', '--', 'b'], /A command is missing/],
])('%j is refused', (argv, message) => {
  expect(() => linesOf(...argv)).toThrow(message);
});
