// The kinds of lines that are above tables: which name one, which introduce nothing.
import {knownEvent} from './vocabulary.ts';

/** One kind of line that names nothing. `part`: the pattern is found anywhere, `line`: it is all. */
interface Chatter {
  readonly name: string;
  readonly of: 'line' | 'part';
  readonly pattern: string;
  /** Chatter for this reason alone. */
  readonly example: string;
}

/** What perf and shells print around tables, rows of tables, and what web pages add. */
// prettier-ignore
export const chatter: readonly Chatter[] = [
  {name: 'an interrupt', of: 'line', pattern: String.raw`[-=_~#*|+<>\x60.\s^C]+`, example: '^C'},
  {name: 'a fence', of: 'line', pattern: String.raw`\x60\x60\x60\w*`, example: '```text'},
  {name: 'the start of -o', of: 'line', pattern: '# started on .*',
   example: '# started on Thu Jul  2'},
  {name: 'the CPU', of: 'line', pattern: 'Using CPUID .*',
   example: 'Using CPUID GenuineIntel-6-8E'},
  {name: 'the control descriptor', of: 'line', pattern: 'Control descriptor .*',
   example: 'Control descriptor is not initialized'},
  {name: 'the head of a warning', of: 'line', pattern: 'Warning:', example: 'Warning:'},
  {name: 'a counter that failed', of: 'line', pattern: 'failed to read counter .*',
   example: 'failed to read counter stalled-cycles-backend'},
  {name: 'a run of -v', of: 'line', pattern: String.raw`\[ perf stat: .*`,
   example: '[ perf stat: executing run #1 ... ]'},
  {name: 'the advice on the watchdog', of: 'line', pattern: String.raw`\s*echo [01] (?:> )?\/proc.*`,
   example: 'echo 0 > /proc/sys/kernel/nmi_watchdog'},
  {name: 'the advice on groups', of: 'line', pattern: 'The events in group usually.*',
   example: 'The events in group usually have to be from the same PMU.'},
  {name: 'events on and off', of: 'line', pattern: 'Events (?:dis|en)abled',
   example: 'Events enabled'},
  {name: 'an alias of -v', of: 'line', pattern: String.raw`\S+ -> \S+`,
   example: 'cycles -> cpu/event=0x3c/'},
  {name: 'a split group', of: 'line', pattern: 'Splitting metric group .*',
   example: 'Splitting metric group TopdownL1 into standalone metrics.'},
  {name: 'a count of -v', of: 'line', pattern: String.raw`\S+: (?:-?\d+: )?\d+ \d+ \d+`,
   example: 'cycles: 0: 12 34 34'},
  {name: 'a row of -x', of: 'line', pattern: String.raw`[^\s,;|]*([,;|])[^\s,;|]*\1[^\s]*`,
   example: '12,,cycles'},
  {name: 'a grouped number', of: 'line', pattern: String.raw`\d{1,3}(?:[.,]\d{3})+\s.*`,
   example: '1,234 of them'},
  {name: 'a comment of perf', of: 'line', pattern: String.raw`#\s{3,}-?\d.*`,
   example: '#     15.2 %  tma_retiring'},
  {name: 'no words', of: 'line', pattern: String.raw`[^A-Za-z\u0080-\uffff]*`,
   example: '(12 34)'},
  {name: 'an event the kernel refused', of: 'part',
   pattern: String.raw` event is not supported by the kernel\.$`,
   example: 'cycles event is not supported by the kernel.'},
  {name: 'the watchdog', of: 'part', pattern: 'Try disabling the NMI watchdog',
   example: 'Some events were not counted. Try disabling the NMI watchdog:'},
  {name: 'a refused count', of: 'part', pattern: '<not (?:supported|counted)>',
   example: '<not counted> walks'},
  {name: 'noise', of: 'part', pattern: String.raw`\( ?(?:\+-|\u00b1) ?[\d.,]+ ?% ?\)`,
   example: '12 walks ( +- 1.5% )'},
  {name: 'a header', of: 'part', pattern: 'Performance counter stats for ',
   example: "Performance counter stats for './a':"},
  {name: 'a warning of a page', of: 'part', pattern: 'bidirectional Unicode',
   example: 'This file contains bidirectional Unicode text'},
  {name: 'a time', of: 'part', pattern: String.raw`\d seconds (?:time elapsed|user|sys)(?!\w)`,
   example: '1.5 seconds user'},
  {name: 'a share of -x', of: 'part', pattern: String.raw`,\d+,\d{1,3}\.\d\d,`,
   example: 'it says 12,34,100.00, there'},
  {name: 'a count', of: 'part',
   pattern: String.raw`\d[\d.,]{2,}\s+(?:msec\s+)?${knownEvent}(?![\w-])`,
   example: 'about 1234 cycles'},
];

/** What a shell prompt may be before: `perf stat`, `./perf stat`, `perf_3.18 stat`. */
const shellLine = /(?:^|[\s/`$#%"'(])perf(?:[_-][\w.-]+)? stat(?:\s|$)/;
/** `3.19:` names a table, too. */
const version = /^v?\d[\d.]*(?:-rc\d+)?:$/;
/** A command line and nothing before it but a prompt. */
const shellStart = /^(?:[^\s#$%>]{0,80}[#$%>]\s*)?(?:sudo\s+|time\s+)?[\w./-]{0,60}perf stat\s/;
/** Where the chatter of `-v` begins, and the output of the program between its lines. */
const verbose = new RegExp(
  String.raw`^[ \t]*(?:\[ perf stat: executing run #|Using CPUID |Control descriptor ` +
    String.raw`|sys_perf_event_open|perf_event_attr:|[A-Za-z_]\S*: (?:-?\d+: )?\d+ \d+ \d+` +
    String.raw`(?!\S))`,
  'm',
);
/** Words that introduce any output, and so name none. */
const anyOutput = new RegExp(
  String.raw`^(?:(?:(?:the|an?|example|sample|perf|raw) )*(?:outputs?|results?|examples?` +
    String.raw`|stats?|numbers)(?: \w{1,12}){0,2}|e\.g\.|for example|here|perf stat|shows?` +
    String.raw`|gives?|says?|prints?)$`,
  'i',
);
const withoutMarks = (line: string): string => line.replace(/^[\s`*"'#]+|[\s`*"':]+$/g, '');
/** What mail programs write above a quoted mail. */
const attribution = /(?:wrote|writes|schrieb|a \u00e9crit ?|\u5199\u9053|<[^<>@\s]+@[^<>@\s]+>):$/;
const heading =
  /^(?:#{2,40}\s+\S|#\s{1,2}[^a-z./\s-]|={2,6}\s*[^=\s].*={2,6}$|\*\*[^*]+\*\*:?$|\[[^\]]{1,60}\]$)/;
const ruler = /^[-=~^_*]{3,}$/;

/** A test for lines that introduce nothing. `off`: names of kinds left out, for tests. */
export const newChatterTest = (
  off: ReadonlySet<string> = new Set(),
): ((line: string) => boolean) => {
  const patterns = (which: Chatter['of']): string =>
    chatter
      .filter(({name, of}) => of === which && !off.has(name))
      .map(({pattern}) => pattern)
      .join('|');
  const whole = new RegExp(`^(?:${patterns('line')})$`);
  const part = new RegExp(patterns('part'));
  return (line) => (whole.test(line) || part.test(line)) && !version.test(line);
};

export const isChatter = newChatterTest();

/** Where a text stops to be words: at what `-v` prints. */
export const beforeVerbose = (text: string): string => {
  const from = Math.max(0, text.lastIndexOf('perf stat'));
  const cut = text.slice(from).search(verbose);
  return cut < 0 ? text : text.slice(0, from + cut);
};

/** Called with perf, whatever comes before it; `startsShell`: nothing but a prompt. */
export const isShell = (line: string): boolean => shellLine.test(line);
export const startsShell = (line: string): boolean => shellStart.test(line);

/** Any command after a prompt: `$ ./bench`, `# ./bench`, `user@host:~# veristat x.o`. */
const prompted =
  /^(?:\$\s+\S|#\s+(?:\.{0,2}\/|sudo\s)|\[[^\]]{1,60}\][#$]\s+\S|[\w.-]{1,40}[@:][^\s#$]{0,60}[#$]\s+\S)/;
export const isPrompted = (line: string): boolean => prompted.test(line);

/** Ends in a colon and says more than that output follows. */
export const endsAsName = (line: string): boolean =>
  line.endsWith(':') &&
  !isShell(line) &&
  !attribution.test(line) &&
  !anyOutput.test(withoutMarks(line));

/** Marked as a heading, or underlined by the line `below`. */
export const isHeading = (line: string, below: string): boolean =>
  heading.test(line) || ruler.test(below);
