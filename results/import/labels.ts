// The words that name a table in a mail: `Before:`, `With this patch:`, a heading, or the command line above it.
import {sideOfLabel} from './pairs.ts';
import {knownEvent} from './vocabulary.ts';

/** Lines that introduce nothing: rulers, fences, perf's own chatter, what `-v` prints. */
const chatter = /^(?:[-=_~#*|+<>`.\s^C]+|```\w*|# started on .*|Using CPUID .*|Control descriptor .*|Warning:|failed to read counter .*|\[ perf stat: .*|\s*echo [01] (?:> )?\/proc.*|The events in group usually.*|Events (?:dis|en)abled|\S+ -> \S+|Splitting metric group .*|\S+: (?:-?\d+: )?\d+ \d+ \d+|[^\s,;|]*([,;|])[^\s,;|]*\1[^\s]*|\d{1,3}(?:[.,]\d{3})+\s.*|[^A-Za-z\u0080-\uffff]*)$/;
/** The same by what stands anywhere in a line: perf's advice, its rows and footers, what web pages add. */
const inChatter = new RegExp(String.raw` event is not supported by the kernel\.$|Try disabling the NMI watchdog|<not (?:supported|counted)>|\( ?(?:\+-|\u00b1) ?[\d.,]+ ?% ?\)|Performance counter stats for |bidirectional Unicode|\d seconds (?:time elapsed|user|sys)(?!\w)|,\d+,\d{1,3}\.\d\d,|\d[\d.,]{2,}\s+(?:msec\s+)?${knownEvent}(?![\w-])`);
/** What a shell prompt may stand before: `perf stat`, `./perf stat`, `perf_3.18 stat`. */
const shellLine = /(?:^|[\s/`$#%"'(])perf(?:[_-][\w.-]+)? stat(?:\s|$)/;
/** `3.19:` names a table, too. */
const version = /^v?\d[\d.]*(?:-rc\d+)?:$/;
/** A command line and nothing before it but a prompt. */
const shellStart = /^(?:[^\s#$%>]{0,80}[#$%>]\s*)?(?:sudo\s+|time\s+)?[\w./-]{0,60}perf stat\s/;
/** Where the chatter of `-v` begins, and the output of the program between its lines. */
const verbose = /^[ \t]*(?:\[ perf stat: executing run #|Using CPUID |Control descriptor |sys_perf_event_open|perf_event_attr:|[A-Za-z_]\S*: (?:-?\d+: )?\d+ \d+ \d+(?!\S))/m;
/** Words that introduce any output, and so name none. */
const anyOutput = /^(?:(?:(?:the|an?|example|sample|perf|raw) )*(?:outputs?|results?|examples?|stats?|numbers)(?: \w{1,12}){0,2}|e\.g\.|for example|here|perf stat|shows?|gives?|says?|prints?)$/i;
const withoutMarks = (line: string): string => line.replace(/^[\s`*"'#]+|[\s`*"':]+$/g, '');
/** What mail programs write above a quoted mail. */
const attribution = /(?:wrote|writes|schrieb|a \u00e9crit ?|\u5199\u9053|<[^<>@\s]+@[^<>@\s]+>):$/;
const heading = /^(?:#{2,40}\s+\S|#\s+[^a-z./\s-]|={2,6}\s*[^=\s].*={2,6}$|\*\*[^*]+\*\*:?$|\[[^\]]{1,60}\]$)/;
const ruler = /^[-=~^_*]{3,}$/;
const [mostLines, mostNames] = [40, 24];
const longest = 100;
/** A line as short with a word for a side (`vanilla`, `with patch`) names what follows. */
const shortest = 40;
/** Words further above than this many lines belong to something else. */
const namingLines = 5;

/** What a shell line says of the table it introduces: `$ perf stat -r10 -e cycles CMD:`. */
export interface ShellLine {
  readonly runs: number | null;
  readonly command: string;
}

/**
 * `label` null = nothing names the table. `shell` only where the command line itself introduces the table (it ends in `:`).
 * `lasts`: the label is a heading or ends in `:`, and so may name several tables. `isBare`: no words at all.
 */
export interface Naming {
  readonly label: string | null;
  readonly shell: ShellLine | null;
  readonly lasts: boolean;
  readonly isBare: boolean;
}

export const labelOf = (between: string): Naming => {
  const tail = between.slice(-3000);
  const cut = tail.search(verbose);
  const all = (cut < 0 ? tail : tail.slice(0, cut)).split('\n').slice(-mostLines).map((line) => line.trim());
  const lines: string[] = [];
  for (let i = all.length - 1; i >= 0 && lines.length < mostNames; i--) if (all[i] !== '' && ((!chatter.test(all[i]) && !inChatter.test(all[i])) || version.test(all[i]))) lines.unshift(all[i]);
  const last = lines.at(-1);
  const named = (words: string, lasts: boolean, shell: ShellLine | null = null): Naming => ({label: clip(words), shell, lasts, isBare: false});
  if (last === undefined) return {label: null, shell: null, lasts: false, isBare: true};
  // A command line goes on where a mail program broke it, but not behind an empty line.
  const near = all.slice(all.findLastIndex((line, i) => line === '' && i < all.lastIndexOf(last)) + 1, all.lastIndexOf(last) + 1);
  const joined = near.slice(Math.max(near.findLastIndex((line) => shellStart.test(line)), near.length - 3)).join(' ');
  const shell = shellStart.test(joined) && /perf stat\s+[^$#]{1,80}:$/.test(joined) ? shellOf(joined) : null;
  if (shell !== null) return named(shell.command, true, shell);
  // Line breaks were lost: the name is the last phrase, if it ends in a colon.
  if (last.length > longest && last.endsWith(':')) return named(last.slice(-160, -1).split(/(?<=[.?!:>])\s+|\s{7,}/).at(-1) ?? '', true);
  const isName = (line: string): boolean => line.endsWith(':') && !shellLine.test(line) && !attribution.test(line) && !anyOutput.test(withoutMarks(line));
  if (isName(last)) return named(last, true);
  if (last.length <= shortest && sideOfLabel(last) !== null) return named(last, !last.startsWith('('));
  // Between the command line and its table stands what the program printed.
  const command = lines.findLastIndex((line) => shellLine.test(line));
  const above = (command < 0 ? lines : lines.slice(0, command)).slice(-namingLines);
  const isHeading = (line: string): boolean => heading.test(line) || ruler.test(all[all.lastIndexOf(line) + 1] ?? '');
  const words = above.findLast((line) => isName(line) || isHeading(line));
  if (words !== undefined) return named(words, true);
  if (command >= 0) return named(withoutPrompt(lines[command]), false);
  if (/[.?!]$|[{}<>@|]/.test(last) || last.length > 72) return {label: null, shell: null, lasts: false, isBare: false};
  return named(last, false);
};

/** The command line from perf on, its first characters. */
const withoutPrompt = (line: string): string => line.slice(Math.max(0, line.search(/[^\s`'"$#]*perf(?:[_-][\w.-]+)? stat(?:\s|$)/))).slice(0, longest);

/** The words before a number on its own line: `base:`, `+NUMA no slow start:`. */
export const ownLabel = (words: string): string | null => /[A-Za-z]/.test(words) ? clip(words) : null;

const clip = (words: string): string | null => {
  const bare = words.replace(/^[\s#*|>"'$+-]+/, '').replace(/\s+/g, ' ').replace(/[\s:|]+$/, '').trim();
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
