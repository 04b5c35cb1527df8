// The options of commands, spelled as in hyperfine if it has them, and those of other tools that
// are spelled differently here.
import type {Options} from '../command/option-types.ts';

const group = 'commands';

/** For every command line that measures commands. */
export const commandOptionTable = {
  name: {
    group,
    type: 'text',
    short: 'n',
    value: 'NAME',
    multiple: true,
    help: 'what a command is called; once for each, in order',
  },
  setup: {
    group,
    type: 'text',
    short: 's',
    value: 'CMD',
    multiple: true,
    help:
      'run by a shell once before the first run; given once for all commands, or ' +
      'once for each',
  },
  prepare: {
    group,
    type: 'text',
    short: 'p',
    value: 'CMD',
    multiple: true,
    help:
      'run by a shell before every run, untimed; given once for all commands, or ' +
      'once for each',
  },
  conclude: {
    group,
    type: 'text',
    short: 'C',
    value: 'CMD',
    multiple: true,
    help: 'run by a shell after every run, untimed; for all commands, or once for each',
  },
  cleanup: {
    group,
    type: 'text',
    short: 'c',
    value: 'CMD',
    multiple: true,
    help: 'run by a shell once after the last run; for all commands, or once for each',
  },
  input: {group, type: 'file', help: 'standard input of every run (default: /dev/null)'},
  shell: {
    group,
    type: 'text',
    short: 'S',
    value: 'SHELL',
    help: 'each command is one text for this shell: ab --shell sh "A | B" "C"',
  },
  'no-shell': {
    group,
    type: 'flag',
    short: 'N',
    help: 'run commands without a shell, which is the default',
  },
  'show-output': {group, type: 'flag', help: 'show what commands print, on stderr'},
  'min-runs': {
    group,
    type: 'whole',
    short: 'm',
    least: 1,
    most: 1_000_000,
    help: 'fewest runs of each command, even if --time is up (default 10)',
  },
  'max-runs': {
    group,
    type: 'whole',
    short: 'M',
    least: 1,
    most: 1_000_000,
    help: 'most runs of each command',
  },
  separator: {
    group,
    type: 'text',
    value: 'WORD',
    help: 'the word between commands, if one of them contains -- (default --)',
  },
} as const satisfies Options;

/** For comparisons of several commands. */
export const severalOptionTable = {
  'parameter-list': {
    group,
    type: 'words',
    short: 'L',
    words: ['VAR', 'VALUES'],
    help:
      'run every command once for each value (a,b,c) in place of {VAR}; several give all ' +
      'combinations',
  },
  'parameter-scan': {
    group,
    type: 'words',
    short: 'P',
    words: ['VAR', 'MIN', 'MAX'],
    help: 'the same for numbers from MIN to MAX',
  },
  'parameter-step-size': {
    group,
    type: 'positive',
    short: 'D',
    help: 'step of --parameter-scan (default 1)',
  },
  'export-json': {group, type: 'file', help: "every run's time, in hyperfine's JSON"},
  'export-csv': {group, type: 'file', help: "times of each command, in hyperfine's CSV"},
  'export-markdown': {group, type: 'file', help: 'times of each command as a Markdown table'},
} as const satisfies Options;

/** Options of hyperfine and poop that have another name here, or no use, and what is said about them. */
export const spelledOtherwise: Readonly<Record<string, string>> = {
  '--command-name': 'Here it is --name NAME (-n).',
  '--reference-name': 'Here it is --name NAME (-n), for the first command.',
  '--reference': 'The first command is what the others are compared with: put it first.',
  '--min-benchmarking-time': 'Here it is --time SECONDS, the most a comparison takes.',
  '--duration': 'Here it is --time SECONDS.',
  '--allow-failures': 'Here it is --ignore-failure (-i).',
  '-f': 'Here it is --ignore-failure (-i).',
  '--style': 'There are no colours; --quiet leaves progress out.',
  '--color': 'There are no colours; --quiet leaves progress out.',
  '--sort': 'Commands keep their order; the first is what the others are compared with.',
  '--time-unit': 'Units are chosen by size; --json and --export-json have full precision.',
  '-u': 'Units are chosen by size; --json and --export-json have full precision.',
  '--export-asciidoc': 'There is --export-markdown FILE, and --format for tables of changes.',
  '--export-orgmode': 'There is --export-markdown FILE, and --format for tables of changes.',
};
