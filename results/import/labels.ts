// The words that name a table in a mail: `Before:`, `With this patch:`, a heading, or the command line above it.

/** Lines that introduce nothing: rulers, fences, perf's own chatter, what `-v` prints. */
const chatter = /^(?:[-=_~#*|+<>`.\s^C]+|```\w*|# started on .*|Using CPUID .*|Control descriptor .*|Warning:|.* event is not supported by the kernel\.|failed to read counter .*|\[ perf stat: .*|.*Try disabling the NMI watchdog.*|\s*echo [01] > \/proc.*|The events in group usually.*|Events (?:dis|en)abled|\S+ -> \S+|Splitting metric group .*|\S+: (?:-?\d+: )?\d+ \d+ \d+|[^A-Za-z\u0080-\uffff]*)$/;
const shellLine = /(?:^|\s)perf stat\s/;
const longest = 100;

/** What a shell line says of the table it introduces: `$ perf stat -r10 -e cycles CMD:`. */
export interface ShellLine {
  readonly runs: number | null;
  readonly command: string;
}

/** `label` null = nothing names the table. `shell` only where the command line itself introduces the table (it ends in `:`). */
export const labelOf = (between: string): {label: string | null; shell: ShellLine | null} => {
  const tail = between.slice(-3000);
  const lines = tail.split('\n').map((line) => line.trim()).filter((line) => line !== '' && !chatter.test(line));
  const last = lines.at(-1);
  if (last === undefined) return {label: null, shell: null};
  const joined = lines.slice(-3).join(' ');
  const shell = /\$?\s*perf stat\s+[^$]{1,80}:$/.test(joined) ? shellOf(joined) : null;
  if (shell !== null) return {label: shell.command, shell};
  if (last.length > 100 && last.endsWith(':')) {
    // Line breaks were lost: the name is the last phrase, if it ends in a colon.
    return {label: clip(last.slice(-160, -1).split(/(?<=[.?!:>])\s+|\s{7,}/).at(-1) ?? ''), shell: null};
  }
  if (shellLine.test(last)) {
    const words = lines.slice(-5, -1).reverse().find((line) => line.endsWith(':') && !shellLine.test(line));
    return {label: words === undefined ? clip(last) : clip(words.slice(0, -1)), shell: null};
  }
  if (last.endsWith(':')) return {label: clip(last.slice(0, -1)), shell: null};
  return {label: /[.?!]$/.test(last) || last.length > 72 ? introducing(lines) : clip(last), shell: null};
};

/** Where the line just above is a sentence, a line ending in `:` a little higher still names what follows. */
const introducing = (lines: readonly string[]): string | null => {
  const words = lines.slice(-4).reverse().find((line) => line.endsWith(':'));
  return words === undefined ? null : clip(words.slice(0, -1));
};

const clip = (words: string): string | null => {
  const bare = words.replace(/^[\s#*|>"'$+-]+/, '').replace(/\s+/g, ' ').replace(/[\s:]+$/, '').trim();
  const signed = /^\s*([+-])[A-Z]{3,}/.exec(words);
  const label = signed === null ? bare : signed[1] + bare;
  return label === '' ? null : label.length > longest ? label.slice(-longest) : label;
};

const withArgument = new Set(['-e', '-r', '-C', '-p', '-t', '-o', '-I', '-x', '-M', '-G', '-D', '--repeat', '--event', '--metrics', '--delay', '--output', '--cpu', '--pid', '--tid']);

const shellOf = (line: string): ShellLine | null => {
  const words = line.slice(line.lastIndexOf('perf stat') + 'perf stat'.length).replace(/:$/, '').trim().split(/\s+/);
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
