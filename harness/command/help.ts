// The text of `jitstat COMMAND --help`, made from the command's own table of options.
import type {Command} from './command.ts';
import type {Option} from './option-types.ts';
import {commonOptions} from './options.ts';

export const helpText = (command: Command): string =>
  [
    command.summary,
    '',
    ...command.usage.map((line) => `  jitstat ${line}`),
    '',
    'Options:',
    ...Object.entries({...command.options, ...commonOptions}).map(optionLine),
    '',
  ].join('\n');

const optionLine = ([name, option]: [string, Option]): string => {
  const short = option.short === undefined ? '   ' : `-${option.short},`;
  const left = `${short} --${name} ${placeholder(option)}`.trimEnd();
  const known = option.type === 'choice' ? `: ${option.of.join(', ')}` : '';
  return `  ${left.padEnd(30)} ${option.help}${known}`;
};

const placeholders = {
  flag: '',
  text: 'TEXT',
  whole: 'N',
  positive: 'NUMBER',
  choice: 'WORD',
  percent: 'PCT',
  margin: '[EVENT=]PCT',
  file: 'FILE',
  folder: 'DIR',
} as const;

const placeholder = (option: Option): string =>
  ('value' in option ? option.value : undefined) ?? placeholders[option.type];
