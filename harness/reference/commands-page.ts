// docs/commands.md, made from the tables of options; a test keeps the file in step.
import {commandGroups} from '../usage/index.ts';
import {optionText, placeholder} from '../command/help.ts';
import {optionGroups} from '../command/option-types.ts';
import {commonOptions} from '../command/options.ts';
import type {ListedTable} from './listed-tables.ts';

export const commandsPage = (tables: readonly ListedTable[]): string =>
  `${[
    '# Commands',
    '',
    'Made from the tables of options (`npx vitest run harness/reference -u` writes it anew). ' +
      '`jitstat COMMAND',
    '--help` prints the same, `jitstat man` a manual page, `jitstat completion bash` completion for a shell.',
    'Every command takes `--json`, `--quiet` and `--help`. Exit codes: 0 done, 1 a gated change, ' +
      '2 wrong use,',
    '3 own failure, 129, 130 and 143 ended by a signal.',
    ...Object.entries(commandGroups).flatMap(([group, heading]) => [
      '',
      `## ${heading}`,
      ...tables.filter((table) => table.group === group).flatMap(section),
    ]),
  ].join('\n')}\n`;

const section = ({name, summary, usage, examples, options}: ListedTable): string[] => {
  const own = Object.entries(options).filter(([long]) => !(long in commonOptions));
  return [
    '',
    `### ${name}`,
    '',
    `${summary[0].toUpperCase()}${summary.slice(1)}.`,
    '',
    ...usage.map((line) => `    jitstat ${line}`),
    '',
    ...examples.map(([call, what]) => `- \`jitstat ${call}\`: ${cell(what)}`),
    ...(own.length === 0 ? [] : ['', '| option | is | about |', '|---|---|---|']),
    ...own.map(([long, option]) => {
      const short = option.short === undefined ? '' : `\`-${option.short}\`, `;
      const words = `--${long} ${placeholder(option)}`.trim();
      const about = optionGroups[option.group ?? 'what'].toLowerCase();
      return `| ${short}\`${cell(words)}\` | ${cell(optionText(option))} | ${about} |`;
    }),
  ];
};

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('<', '&lt;');
