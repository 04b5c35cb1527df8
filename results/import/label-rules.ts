// What of the words above a table is its label: ordered rules, of which the first that holds decides.
// Each has an example that is its test.
import {endsAsName, isHeading, startsShell} from './label-words.ts';
import {isSideAlone, sideOfLabel} from './pairs.ts';

/** A longer label is cut. */
export const longest = 100;
/** A line of at most 40 characters that names a side (`vanilla`, `with patch`) is a label. */
const shortest = 40;
/** Words further above than this many lines belong to something else. */
const namingLines = 5;

/** What a shell line says of the table it introduces: `$ perf stat -r10 -e cycles CMD:`. */
export interface ShellLine {
  readonly runs: number | null;
  readonly command: string;
}

/** The words above a table: all lines, and the last one that is not chatter. */
export interface Words {
  readonly all: readonly string[];
  readonly last: string;
  /** The last command line, and the lines above it (or all) that are not chatter. */
  readonly parts: () => {readonly command: string | null; readonly upper: readonly string[]};
}

/** What a rule takes for the label; null = it does not hold, `words` empty = nothing names it. */
interface Taken {
  readonly words: string;
  readonly lasts?: boolean;
  readonly shell?: ShellLine;
}

/** `example`: words above a table, with the label and whether it lasts, which differ without it. */
interface LabelRule {
  readonly name: string;
  readonly take: (words: Words) => Taken | null;
  readonly example: string;
  readonly label: string | null;
  readonly lasts: boolean;
}

/** In order: the first that holds decides. */
export const labelRules: readonly LabelRule[] = [
  {
    name: 'a command line that introduces the table',
    take: ({all, last}) => {
      const shell = introducing(all, last);
      return shell === null ? null : {words: shell.command, lasts: true, shell};
    },
    example: '$ perf stat -r 10 ./a:\n',
    label: './a',
    lasts: true,
  },
  {
    // Line breaks were lost: the name is the last phrase, if it ends in a colon.
    name: 'the last phrase of a long line',
    take: ({last}) =>
      last.length > longest && last.endsWith(':')
        ? {
            words:
              last
                .slice(-160, -1)
                .split(/(?<=[.?!:>])\s+|\s{7,}/)
                .at(-1) ?? '',
            lasts: true,
          }
        : null,
    example: `${'Some words that go on. '.repeat(5)}With the patch:\n`,
    label: 'With the patch',
    lasts: true,
  },
  {
    name: 'a line that ends as a name',
    take: ({last}) => (endsAsName(last) ? {words: last, lasts: true} : null),
    example: '$ perf stat ./a\n\nThe third one:\n',
    label: 'The third one',
    lasts: true,
  },
  {
    name: 'a short line that names a side',
    take: ({last}) =>
      last.length <= shortest && sideOfLabel(last) !== null
        ? {words: last, lasts: !last.startsWith('(')}
        : null,
    example: 'vanilla\n',
    label: 'vanilla',
    lasts: true,
  },
  {
    name: 'a side alone in a line above the command line, nearer than a name or heading',
    take: (given) => {
      const words = linesAbove(given).findLast((line) => isSideAlone(line) || isName(given, line));
      return given.parts().command !== null && words !== undefined && isSideAlone(words)
        ? {words, lasts: true}
        : null;
    },
    example: 'before\n$ perf stat ./a\nhello\n',
    label: 'before',
    lasts: true,
  },
  {
    name: 'a name or heading above, also above the command line and what it printed',
    take: (given) => {
      const words = linesAbove(given).findLast((line) => isName(given, line));
      return words === undefined ? null : {words, lasts: true};
    },
    example: '## Mine\n$ perf stat ./a\nhello\n',
    label: 'Mine',
    lasts: true,
  },
  {
    name: 'the command line',
    take: ({parts}) => {
      const {command} = parts();
      return command === null ? null : {words: withoutPrompt(command)};
    },
    example: '$ perf stat ./a\nhello\n',
    label: 'perf stat ./a',
    lasts: false,
  },
  {
    name: 'a sentence names nothing',
    take: ({last}) => (/[.?!]$|[{}<>@|]/.test(last) || last.length > 72 ? {words: ''} : null),
    example: 'We ran it.\n',
    label: null,
    lasts: false,
  },
  {
    name: 'any other words right above',
    take: ({last}) => ({words: last}),
    example: 'four threads\n',
    label: 'four threads',
    lasts: false,
  },
];

/**
 * The nearest lines above the command line, or above the table. Words before another command are
 * that one's.
 */
const linesAbove = ({parts}: Words): readonly string[] => {
  const {upper} = parts();
  return upper.slice(upper.findLastIndex((line) => line.startsWith('$ ')) + 1).slice(-namingLines);
};

const isName = ({all}: Words, line: string): boolean =>
  endsAsName(line) || isHeading(line, all[all.lastIndexOf(line) + 1] ?? '');

/**
 * The command line that ends in a colon at `last`; a mail program may have broken it, but not at an
 * empty line.
 */
const introducing = (all: readonly string[], last: string): ShellLine | null => {
  if (!last.endsWith(':')) return null;
  const end = all.lastIndexOf(last);
  const near = all.slice(all.findLastIndex((line, i) => line === '' && i < end) + 1, end + 1);
  const joined = near.slice(Math.max(near.findLastIndex(startsShell), near.length - 3)).join(' ');
  return startsShell(joined) && /perf stat\s+[^$#]{1,80}:$/.test(joined) ? shellOf(joined) : null;
};

/** The command line from perf on, or from after the prompt, its first characters. */
const withoutPrompt = (line: string): string => {
  const perf = line.search(/[^\s`'"$#]*perf(?:[_-][\w.-]+)? stat(?:\s|$)/);
  return (perf < 0 ? line.replace(/^(?:\[[^\]]*\]|\S*)[#$]\s+/, '') : line.slice(perf)).slice(
    0,
    longest,
  );
};

const withArgument = new Set([
  '-e',
  '-r',
  '-C',
  '-p',
  '-t',
  '-o',
  '-I',
  '-x',
  '-M',
  '-G',
  '-D',
  '--repeat',
  '--event',
  '--metrics',
  '--delay',
  '--output',
  '--cpu',
  '--pid',
  '--tid',
]);

const shellOf = (line: string): ShellLine | null => {
  const words = line
    .slice(line.lastIndexOf('perf stat') + 'perf stat'.length)
    .replace(/:$/, '')
    .trim()
    .split(/\s+/);
  let runs: number | null = null;
  let i = 0;
  while (i < words.length && words[i].startsWith('-') && words[i] !== '--') {
    const repeat = /^(?:-r|--repeat=?)(\d*)$/.exec(words[i]);
    if (repeat !== null) runs = Number(repeat[1] === '' ? words[i + 1] : repeat[1]);
    i += withArgument.has(words[i]) ? 2 : 1;
  }
  if (words[i] === '--') i++;
  const command = words.slice(i).join(' ');
  return command === '' ? null : {runs: runs === null || Number.isNaN(runs) ? null : runs, command};
};
