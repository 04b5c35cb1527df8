// The manual page, made from the tables of options.
import {commandGroups} from '../usage/index.ts';
import {optionText, placeholder} from '../command/help.ts';
import type {ListedTable} from './listed-tables.ts';

/** roff source of jitstat(1), for `man -l`. */
export const manualPage = (tables: readonly ListedTable[], version: string): string =>
  `${[
    `.TH JITSTAT 1 "" "jitstat ${version}" "User Commands"`,
    '.SH NAME',
    'jitstat \\- did this change make the machine do more work, by how much, how sure, and why',
    '.SH SYNOPSIS',
    '.B jitstat',
    '.I COMMAND',
    '[\\fIOPTIONS\\fR]',
    '.SH DESCRIPTION',
    'Measures two sides interleaved, two variants of a code generator or any two commands, and says what',
    'changed: in a table for mail, in charts, and as an exit code. Reads what perf and other tools measured.',
    ...Object.entries(commandGroups).flatMap(([group, heading]) => [
      `.SH ${plain(heading.toUpperCase())}`,
      ...tables.filter((table) => table.group === group).flatMap(section),
    ]),
    '.SH EXIT STATUS',
    ...exitCodes.flatMap(([code, meaning]) => ['.TP', `.B ${code}`, meaning]),
    '.SH ENVIRONMENT',
    ...environment.flatMap(([name, meaning]) => ['.TP', `.B ${name}`, meaning]),
    '.SH SEE ALSO',
    '.BR perf-stat (1),',
    '.BR valgrind (1)',
  ].join('\n')}\n`;

const exitCodes = [
  ['0', 'Done, nothing to report.'],
  ['1', 'A gated change was found.'],
  ['2', 'Wrong use, bad input, or a host that refuses.'],
  ['3', 'A failure of jitstat.'],
  ['129, 130, 143', 'Ended by SIGHUP, SIGINT or SIGTERM.'],
] as const;

const environment = [
  ['JITSTAT_STORE', 'The store of sessions, if \\-\\-store does not name it.'],
  ['JITSTAT_HUB', 'The address of the hub, if \\-\\-hub does not name it.'],
  ['JITSTAT_TOKEN', 'The token for the hub, if \\-\\-token\\-file names no file.'],
  ['JITSTAT_DB', "The hub's database, if \\-\\-db does not name it."],
  ['JITSTAT_INPUT_MB', 'The largest input that is read, in megabytes (256).'],
  ['JITSTAT_TREE_CACHE', 'Where compilers of kernel trees are kept (~/.cache/jitstat/tree).'],
  [
    'JITSTAT_EXTRA_CA_CERTS',
    'NODE_EXTRA_CA_CERTS, kept by ./jitstat from commands that speak TLS to nobody.',
  ],
  ['JITSTAT_NO_INSTALL', 'If 1, set\\-up installs no system package.'],
  ['PERF', 'The perf to run, if not the one in PATH.'],
] as const;

const section = ({name, summary, usage, examples, options}: ListedTable): string[] => [
  `.SS ${name}`,
  plain(`${summary}.`),
  ...usage.flatMap((line) => ['.PP', `.B jitstat ${plain(line)}`]),
  ...Object.entries(options).flatMap(([long, option]) => {
    const short = option.short === undefined ? '' : `\\fB\\-${option.short}\\fR, `;
    const value = placeholder(option);
    return [
      '.TP',
      `${short}\\fB\\-\\-${plain(long)}\\fR${value === '' ? '' : ` \\fI${plain(value)}\\fR`}`,
      plain(optionText(option)),
    ];
  }),
  ...examples.flatMap(([call, what]) => [
    '.PP',
    plain(`Example, ${what}:`),
    '.PP',
    `.B jitstat ${plain(call)}`,
  ]),
];

/** Escapes what roff would interpret, also at the start of a line. */
const plain = (text: string): string =>
  text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replaceAll('…', '...')
    .replaceAll(/^(['.])/gm, '\\&$1');
