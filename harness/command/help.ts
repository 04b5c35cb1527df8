// The texts of `jitstat --help` and `jitstat COMMAND --help`, made from the tables of commands.
import type {NamedTable} from './command.ts';
import type {Option, OptionGroup} from './option-types.ts';
import {optionGroups} from './option-types.ts';
import {commonOptions} from './options.ts';

/** The columns where the text of an option begins and where lines end. */
const textColumn = 32;
const lineWidth = 80;

/** `about` is the last line: the version, and where to find the documents. */
export const helpText = (command: NamedTable, about: string): string =>
  [
    ...wrap(`${command.summary}.`, lineWidth),
    '',
    ...command.usage.map((line) => `  jitstat ${line}`),
    '',
    'Examples:',
    ...command.examples.flatMap(([call, what]) => [`  jitstat ${call}`, `      ${what}`]),
    ...sections({...command.options, ...commonOptions}),
    '',
    about,
    '',
  ].join('\n');

/** Options under their groups; a command whose options have none gets one list. */
const sections = (options: Readonly<Record<string, Option>>): string[] => {
  const all = Object.entries(options);
  const isGrouped = all.some(([name, {group}]) => group !== undefined && !(name in commonOptions));
  if (!isGrouped) return ['', 'Options:', ...all.flatMap(optionLines)];
  return (Object.keys(optionGroups) as OptionGroup[]).flatMap((group) => {
    const own = all.filter(([, option]) => (option.group ?? 'what') === group);
    return own.length === 0 ? [] : ['', `${optionGroups[group]}:`, ...own.flatMap(optionLines)];
  });
};

const optionLines = ([name, option]: [string, Option]): string[] => {
  const short = option.short === undefined ? '   ' : `-${option.short},`;
  const left = `  ${short} --${name} ${placeholder(option)}`.trimEnd();
  const [first, ...rest] = wrap(optionText(option), lineWidth - textColumn);
  const indent = ' '.repeat(textColumn);
  const more = rest.map((line) => indent + line);
  return left.length < textColumn - 1
    ? [left.padEnd(textColumn) + first, ...more]
    : [left, indent + first, ...more];
};

/** What an option is for, with the choices it takes. */
export const optionText = (option: Option): string =>
  option.type === 'choice' ? `${option.help}: ${option.of.join(', ')}` : option.help;

const placeholders = {
  flag: '',
  text: 'TEXT',
  whole: 'N',
  positive: 'NUMBER',
  choice: 'WORD',
  percent: 'PCT',
  margin: '[EVENT=]PCT',
  words: '',
  file: 'FILE',
  folder: 'DIR',
} as const;

export const placeholder = (option: Option): string =>
  option.type === 'words'
    ? option.words.join(' ')
    : (('value' in option ? option.value : undefined) ?? placeholders[option.type]);

const wrap = (text: string, width: number): string[] => {
  const lines = [''];
  for (const word of text.split(' ')) {
    const longer = lines.at(-1) === '' ? word : `${lines.at(-1)} ${word}`;
    if (longer.length <= width || lines.at(-1) === '') lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
};
