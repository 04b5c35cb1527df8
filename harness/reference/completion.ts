// Shell completion for bash, zsh and fish, made from the tables of options.
import type {Option} from '../command/option-types.ts';
import {isRepeatable} from '../command/option-types.ts';
import type {Completion, KnownNames, ListedTable} from './listed-tables.ts';
import {completionOf, wordsOf} from './listed-tables.ts';

export const shells = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof shells)[number];

/** A script for the shell to read. */
export const completionScript = (
  shell: Shell,
  tables: readonly ListedTable[],
  names: KnownNames,
): string => ({bash, zsh, fish})[shell](tables, names);

type Script = (tables: readonly ListedTable[], names: KnownNames) => string;

const optionsOf = ({options}: ListedTable): readonly (readonly [string, Option])[] =>
  Object.entries(options);

/** `--name`, and `-n` if there is one. */
const spellings = (name: string, {short}: Option): readonly string[] => [
  `--${name}`,
  ...(short === undefined ? [] : [`-${short}`]),
];

/** The words of a shell for the values that may follow an option. */
const inWords = (
  found: Completion,
  shell: Readonly<Record<Extract<Completion, string>, string>> & {
    readonly words: (list: string) => string;
  },
): string => (typeof found === 'string' ? shell[found] : shell.words(found.join(' ')));

const bash: Script = (tables, names) => {
  const values = tables.flatMap((table) =>
    optionsOf(table)
      .filter(([, {type}]) => type !== 'flag')
      .map(([name, option]) => {
        const how = inWords(completionOf(name, option, names), {
          files: '-f',
          folders: '-d',
          nothing: '-W ""',
          words: (list) => `-W "${list}"`,
        });
        const patterns = spellings(name, option).map((word) => `"${table.name} ${word}"`);
        return `    ${patterns.join(' | ')}) COMPREPLY=($(compgen ${how} -- "$cur")); return ;;`;
      }),
  );
  const words = tables.map((table) => {
    const own = wordsOf(table, names).join(' ');
    const options = optionsOf(table).flatMap(([name, option]) => spellings(name, option));
    return (
      `    ${table.name})\n` +
      `      if [[ $cur == -* ]]; then COMPREPLY=($(compgen -W "${options.join(' ')}" -- "$cur"))\n` +
      `      else COMPREPLY=($(compgen -W "${own}" -- "$cur") $(compgen -f -- "$cur")); fi ;;`
    );
  });
  return `${[
    '# bash completion for jitstat: eval "$(jitstat completion bash)"',
    '_jitstat() {',
    '  local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} word',
    '  COMPREPLY=()',
    '  if [[ $COMP_CWORD -eq 1 ]]; then',
    `    COMPREPLY=($(compgen -W "${tables.map(({name}) => name).join(' ')} --help --version" -- "$cur"))`,
    '    return',
    '  fi',
    '  # After -- comes a command.',
    '  for word in "${COMP_WORDS[@]:2:COMP_CWORD-2}"; do',
    '    if [[ $word == -- ]]; then',
    '      if [[ $prev == -- ]]; then COMPREPLY=($(compgen -c -f -- "$cur"))',
    '      else COMPREPLY=($(compgen -f -- "$cur")); fi',
    '      return',
    '    fi',
    '  done',
    '  case "${COMP_WORDS[1]} $prev" in',
    ...values,
    '  esac',
    '  case ${COMP_WORDS[1]} in',
    ...words,
    '  esac',
    '}',
    'complete -o filenames -F _jitstat jitstat ./jitstat',
  ].join('\n')}\n`;
};

/** In single quotes for a shell. */
const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

const zsh: Script = (tables, names) => {
  const plain = (text: string): string => text.replaceAll(/([[\]:\\])/g, '\\$1');
  const argument = ([name, option]: readonly [string, Option]): string[] => {
    const action = inWords(completionOf(name, option, names), {
      files: '_files',
      folders: '_files -/',
      nothing: ' ',
      words: (list) => `(${list})`,
    });
    return spellings(name, option).map((word) =>
      quoted(
        `${isRepeatable(option) ? '*' : ''}${word}[${plain(option.help)}]` +
          (option.type === 'flag' ? '' : `:${plain(name)}:${action}`),
      ),
    );
  };
  return `${[
    '#compdef jitstat',
    '# zsh completion for jitstat: jitstat completion zsh > ~/.zfunc/_jitstat, with ~/.zfunc in fpath',
    '_jitstat() {',
    '  local -a commands words_of',
    '  commands=(',
    ...tables.map(({name, summary}) => `    ${quoted(`${name}:${plain(summary)}`)}`),
    '  )',
    '  if (( CURRENT == 2 )); then',
    '    _describe command commands',
    '    return',
    '  fi',
    '  local command=${words[2]}',
    '  shift words',
    '  (( CURRENT-- ))',
    '  case $command in',
    ...tables.map((table) => {
      const own = wordsOf(table, names);
      const rest =
        own.length === 0
          ? '_files'
          : `{_alternative "words:word:(${own.join(' ')})" "files:file:_files"}`;
      const all = [...optionsOf(table).flatMap(argument), quoted(`*:word:${rest}`)];
      return `    ${table.name}) _arguments ${all.join(' ')} ;;`;
    }),
    '  esac',
    '}',
    'if [[ $funcstack[1] == _jitstat ]]; then _jitstat "$@"; else compdef _jitstat jitstat; fi',
  ].join('\n')}\n`;
};

const fish: Script = (tables, names) =>
  `${[
    '# fish completion for jitstat: jitstat completion fish > ~/.config/fish/completions/jitstat.fish',
    ...tables.map(
      ({name, summary}) =>
        `complete -c jitstat -n __fish_use_subcommand -f -a ${name} -d ${fishQuoted(summary)}`,
    ),
    ...tables.flatMap((table) => {
      const seen = `-n '__fish_seen_subcommand_from ${table.name}'`;
      const own = wordsOf(table, names);
      return [
        ...(own.length === 0 ? [] : [`complete -c jitstat ${seen} -a '${own.join(' ')}'`]),
        ...optionsOf(table).map(([name, option]) => {
          const takes = inWords(completionOf(name, option, names), {
            files: ' -r -F',
            folders: ' -r -F',
            nothing: option.type === 'flag' ? '' : ' -x',
            words: (list) => ` -x -a '${list}'`,
          });
          const short = option.short === undefined ? '' : ` -s ${option.short}`;
          return `complete -c jitstat ${seen} -l ${name}${short}${takes} -d ${fishQuoted(option.help)}`;
        }),
      ];
    }),
  ].join('\n')}\n`;

const fishQuoted = (text: string): string =>
  `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
