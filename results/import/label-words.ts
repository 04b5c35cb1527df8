// The kinds of lines that are above tables: which name one, which introduce nothing.
import {knownEvent} from './vocabulary.ts';

/** Lines that introduce nothing: rulers, fences, perf's own chatter, what `-v` prints. */
const chatter = new RegExp(
  String.raw`^(?:[-=_~#*|+<>\x60.\s^C]+|\x60\x60\x60\w*|# started on .*|Using CPUID .*` +
    String.raw`|Control descriptor .*|Warning:|failed to read counter .*|\[ perf stat: .*` +
    String.raw`|\s*echo [01] (?:> )?\/proc.*|The events in group usually.*` +
    String.raw`|Events (?:dis|en)abled|\S+ -> \S+|Splitting metric group .*` +
    String.raw`|\S+: (?:-?\d+: )?\d+ \d+ \d+|[^\s,;|]*([,;|])[^\s,;|]*\1[^\s]*` +
    String.raw`|\d{1,3}(?:[.,]\d{3})+\s.*|[^A-Za-z\u0080-\uffff]*)$`,
);
/**
 * The same by what is anywhere in a line: perf's advice, its rows and footers, what web pages
 * add.
 */
const inChatter = new RegExp(
  String.raw` event is not supported by the kernel\.$|Try disabling the NMI watchdog|<not ` +
    String.raw`(?:supported|counted)>|\( ?(?:\+-|\u00b1) ?[\d.,]+ ?% ?\)` +
    String.raw`|Performance counter stats for |bidirectional Unicode|\d seconds ` +
    String.raw`(?:time elapsed|user|sys)(?!\w)|,\d+,\d{1,3}\.\d\d,|\d[\d.,]{2,}\s+(?:msec` +
    String.raw`\s+)?${knownEvent}(?![\w-])`,
);
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
  /^(?:#{2,40}\s+\S|#\s+[^a-z./\s-]|={2,6}\s*[^=\s].*={2,6}$|\*\*[^*]+\*\*:?$|\[[^\]]{1,60}\]$)/;
const ruler = /^[-=~^_*]{3,}$/;

export const isChatter = (line: string): boolean =>
  (chatter.test(line) || inChatter.test(line)) && !version.test(line);

/** Where a text stops to be words: at what `-v` prints. */
export const beforeVerbose = (text: string): string => {
  const from = Math.max(0, text.lastIndexOf('perf stat'));
  const cut = text.slice(from).search(verbose);
  return cut < 0 ? text : text.slice(0, from + cut);
};

/** Called with perf, whatever comes before it; `startsShell`: nothing but a prompt. */
export const isShell = (line: string): boolean => shellLine.test(line);
export const startsShell = (line: string): boolean => shellStart.test(line);

/** Ends in a colon and says more than that output follows. */
export const endsAsName = (line: string): boolean =>
  line.endsWith(':') &&
  !isShell(line) &&
  !attribution.test(line) &&
  !anyOutput.test(withoutMarks(line));

/** Marked as a heading, or underlined by the line `below`. */
export const isHeading = (line: string, below: string): boolean =>
  heading.test(line) || ruler.test(below);
