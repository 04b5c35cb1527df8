// The defaults of commands and workloads.
import {expect, test} from 'vitest';
import {table} from '../usage/ab.ts';
import {readArguments} from '../command/options.ts';
import {readMeasureOptions} from './read-options.ts';

const read = (line: string) =>
  readMeasureOptions(
    readArguments({...table, name: 'ab', summary: ''}, line.split(' ')),
    new Date(0),
  );

const pair = '-- true -- true';
const decided = {kind: 'decision', target: 0.01};

test.each([
  ['tailcall1', {budgetSeconds: 60, warmupQuads: 1, aa: true, primary: null, until: null}],
  [
    `${pair}`,
    {
      budgetSeconds: 10,
      warmupQuads: 0,
      aa: true,
      primary: 'duration_time',
      until: decided,
      keepsTime: true,
    },
  ],
  [`-r 10 ${pair}`, {aa: false, until: null, keepsTime: false}],
  [`-r 10 --aa ${pair}`, {aa: true}],
  [`--no-aa ${pair}`, {aa: false}],
  [`--until never ${pair}`, {until: null, keepsTime: true}],
  [`--until 1% ${pair}`, {until: {kind: 'precision', target: 0.01}, keepsTime: false}],
  [`--primary elapsed ${pair}`, {primary: 'duration_time'}],
  [`--primary cycles ${pair}`, {primary: 'cycles'}],
  [`--design one-core ${pair}`, {primary: null}],
  ['-- true', {until: null, primary: 'duration_time'}],
])('ab %s', (line, expected) => {
  expect(read(line)).toMatchObject(expected);
});
