// The one table of findings and warnings of a comparison: stable codes and the sentences they make.
import type {Finding} from '../types.ts';

/** Figures a sentence is filled with; numbers are formatted before they come here. */
type Words = Readonly<Record<string, string | number>>;

/** `{name}` is replaced by the figure of that name. */
export const sentences = {
  // why the time changed; every percentage is a factor, and the factors multiply
  'clock-not-code':
    'clock, not code: {time} % {event} = {clock} % clock period ({before} to {after} GHz) x ' +
    '{instructions} % instructions x {cpi} % cycles per instruction: the work in cycles changed ' +
    'by {cycles} %',
  'hidden-by-clock':
    'cycles changed by {cycles} %, of which a {way} clock ({before} to {after} GHz) hides {clock} ' +
    '%: {event} shows only {time} %',
  'mostly-instructions':
    'mostly instructions: {time} % {event} = {instructions} % instructions x {cpi} % cycles per ' +
    'instruction x {clock} % clock period',
  'cycles-alone':
    '{name} {cycles} % = {cpi} % cycles per instruction x {instructions} % instructions; the time ' +
    'cannot be split further',
  'mostly-cpi':
    'mostly cycles per instruction: {time} % {event} = {cpi} % cycles per instruction x ' +
    '{instructions} % instructions x {clock} % clock period',
  'cpi-and-slots':
    '{cpi} % cycles per instruction goes with {points} points {way} {metric} ({before} to {after} ' +
    '% of the slots)',
  'waiting-not-running':
    'waiting, not running: elapsed time changed by {elapsed} %, time on the CPU by {time} %; the ' +
    'CPU was used {before} before and {after} after',
  'different-instruction-stream':
    'the sides do not execute the same instructions ({instructions} %{branches})',
  // spikes
  'one-run-spike':
    '{event}, {side}: one run of {n} holds about {size} over a base of about ' +
    '{base}{perExecution}{time}: one unlucky run, not the average',
  'few-runs-spike':
    '{event}, {side}: a few of {n} runs may carry the mean: its error fits ' +
    '{range}{perExecution}{time}',
  'odd-run':
    '{event}, {side}: run {run} of {n} ({value}) stands out from the others ({low} to {high}); ' +
    'without it the medians differ by {change} %',
  scatters:
    '{event} scatters on both sides: one run varies by {before} around {meanBefore} before and by ' +
    '{after} around {meanAfter} after',
  'two-runs-spike':
    '{event}, {side}: the mean and its error fit two of {n} runs of about {larger} and {smaller} ' +
    'over a base of about {base}{perExecution}{time}',
  'uneven-runs-spike':
    '{event}, {side}: the mean and its error fit at least {runs} of {n} runs of different sizes ' +
    'over a base of about {base}{time}',
  spike:
    '{event}, {side}: run {run} stands out with {value}{perExecution}, {times} times its ' +
    'neighbours{placement}{together}',
  spikes:
    '{event}, {side}: {k} of {n} runs stand out (rate {low} to {high} %), the largest is run ' +
    '{run} with {value}, {times} times its neighbours',
  'spike-rate-changed':
    '{event}: {kBefore} of {nBefore} runs stand out before and {kAfter} of {nAfter} after ' +
    '(adjusted p {p}): the rate of spikes changed',
  'scaling-spike':
    '{event}, {side}: run {run} was counted for {running} % of its time, its neighbours for ' +
    '{usual} %: scaling may have made the spike',
  'recovered-count': '{event}: the printed 0 is a rounded count: its error implies {counts}',
  'recovered-counts': '{events} printed zeros are rounded counts, as their errors show: {list}',
  // slices
  'slices-answers':
    'slices: {average} % +-{half} averaged over {placements} placements in {processes} processes; ' +
    'at one placement typically {typical} % +-{own}; 95 of 100 placements show {low} to {high} %',
  'slices-parts':
    'slices vary by {slice} % (a quad of slices of {length} us), {placement} % (placement), ' +
    '{process} % (process and time){aa}',
  'slices-steps': 'slices by step, in %: {list}',
  'slices-long':
    'slices of {length} us are long, because one execution takes that long: they were timed in ' +
    'pieces, and pieces that other work on the CPU interrupted were measured again',
  'placement-turns-verdict':
    'placement reverses this verdict: {average} % on average, but {against} of {placements} ' +
    'placements show the opposite, up to {other} %',
  'slices-resolve':
    'slices resolve +-{slices} % (warm code, time inside the program only), whole runs +-{runs} % ' +
    '({event}: all costs, cold ones too); {sharper} is more precise and decides',
  'slices-decide':
    'slices resolve +-{slices} %; too few whole runs for an interval, so slices decide',
  'slices-disagree':
    'slices ({slicesChange} % +-{slices}) and whole runs ({runsChange} % +-{runs}, {event}) ' +
    'disagree beyond their joint 99 % interval: slices see warm code only, whole runs also ' +
    'start-up, cold caches and first executions',
  'one-core-hint':
    '--design one-core may settle what these runs did not: both commands share a core, and the ' +
    'error of their CPU time is about a third (elapsed time is then not compared)',
  'slices-missing': 'no slices: {why}',
  'emulated-time':
    'the machines are emulated, since KVM does not boot here: the time an emulator takes says ' +
    'nothing about a CPU, so times get no verdict',
  boots:
    '{event} varies by {boot} % between boots (where the kernel and the images lie) and by {quad} ' +
    '% between quads of a boot: the interval comes from {boots} boots',
  'time-is-up': 'the time was up after {quads} of {most} planned quads',
  'ended-early':
    'ended after {quads} of at most {most} quads: {why}; intervals and verdicts are held to ' +
    '{level} % instead of 95 %, because the data is looked at more than once',
  // what the counts are counts of
  'per-operation':
    'counts are given per {of} ({why}; {of}s {operations} %): as printed they changed by {list}',
  'outcome-changed': 'it ended in {before} before and in {after} after: {meaning}',
  'assumed-runs':
    'the number of runs is not printed: intervals assume {runs}, the fewest there can be',
  // what the numbers cannot say
  'impossible-ratio':
    '{misses} is {percent} % of {loads}: the two events are not parts of each other on this CPU, ' +
    'so the percentage means nothing',
  multiplexed: '{count} counted for {range} % of the time and scaled up; {cost}',
  'low-running': '{event} was counted for only {running} % of the time; {cost}',
  'multiplexed-unequal':
    '{count} counted for different shares of the time before and after ({list}) and scaled ' +
    'differently',
  'printed-sums':
    '{side}: perf printed sums over {runs} runs; they are divided by {runs} here, and their +- is ' +
    'not a standard error: no interval and no verdict for these rows',
  'printed-wrong': '{side}: {what}; no verdict is given on these rows',
  // disturbances
  'busy-host':
    'the host was busy: other work took {others} of {cpus} CPUs ({least} to {most} by block), ' +
    '{stolen} % of the CPU time was stolen by the hypervisor{waited}; load average {average}; ' +
    '{effect}',
  drift: '{event} drifted by {percent} % over the session; {effect}',
  'clock-step': 'the clock stepped from {from} to {to} GHz at {place}; {effect}',
  'level-step': '{event} stepped by {percent} % at {place}; {effect}',
  burst: '{from} to {to} were disturbed ({event} {percent} % above its neighbourhood); {effect}',
  'carry-over':
    '{event}: runs after a change of side differ from runs after the same side by {percent} % (p ' +
    '{p}); {effect}',
  'first-run':
    '{event}: the first run of a block differs from the others by {percent} % (p {p}); {effect}',
  bimodal:
    '{event}, {side}: two modes, {share} % of runs near {low} and the rest near {high}; {effect}',
  // the design
  'unlike-sides':
    'only {kept} is compared: one side is run by the kernel, whose process also loads and ' +
    'verifies the programs, the other in user space; {left} would compare these processes, not ' +
    'the programs',
  'one-run':
    'one run a side, no interval: another run may differ by more than this change; measure ' +
    'again with perf stat -r 10 or more',
  'blocked-design':
    'the sides were measured one after the other, not interleaved: a difference between sessions ' +
    'of up to about the margin ({margin} % for {event}) cannot be told from a change, so ' +
    'intervals are wider and a verdict must clear the margin',
  intervals:
    'each figure is the mean over the intervals of one run ({before} before, {after} after), which ' +
    'depend on one another: no spread is taken from them',
  places:
    'counts are sums over the CPUs, sockets or threads of the table ({before} before, {after} ' +
    'after); shares and metrics are means over them',
  replicates:
    '{before} sessions before and {after} after: intervals come from how sessions of one side ' +
    'differ',
  'same-image':
    'the same image on both sides: this is an A/A, so any change shown is a measurement error',
  'same-code':
    'the same code, byte for byte, on both sides: every row is equal, and any difference between ' +
    'the figures is measurement noise',
  'same-code-claimed':
    'the figures alone would call {events} changed: that is a measurement error (up to 5 % of ' +
    'sessions make one; if more do, something on the host disturbs them)',
  'aa-changed':
    'the control (A/A) shows a change in {events}: every verdict of this table is withheld',
  'placement-share':
    '{event}: the placement explains {share} % of the variance (95 % interval {low} to {high}); ' +
    'best {best}, worst {worst}',
  'no-counters':
    'no hardware event was counted: the change in time cannot be split into instructions, cycles ' +
    'and clock',
} as const;

export type FindingCode = keyof typeof sentences;

/** A finding with its sentence filled in; `data` keeps the numbers. */
export const finding = (
  code: FindingCode,
  words: Words,
  data: Readonly<Record<string, unknown>> = words,
): Finding => ({code, text: fill(sentences[code], words), data});

const fill = (sentence: string, words: Words): string =>
  sentence.replaceAll(/\{(\w+)\}/g, (_, name: string) => String(words[name] ?? ''));

/** A number for a sentence: `digits` significant, no exponent, thousands marked. */
export const count = (value: number, digits = 3): string => {
  if (value >= 1e5) {
    const [scale, unit] = value >= 1e9 ? [1e9, ' G'] : value >= 1e6 ? [1e6, ' M'] : [1e3, ' k'];
    return `${trim(value / scale, digits + 1)}${unit}`;
  }
  return value >= 10 ** digits ? Math.round(value).toLocaleString('en-US') : trim(value, digits);
};

const trim = (value: number, digits: number): string => String(Number(value.toPrecision(digits)));

/** A log change as the signed percentage of its ratio: 0.0607 -> `+6.26`. */
export const ratioPercent = (ln: number): string => signed(100 * Math.expm1(ln));

const signed = (percent: number): string => {
  const text = percent.toFixed(Math.abs(percent) >= 99.95 ? 0 : 2);
  return Number(text) === 0 ? '+0.00' : percent < 0 ? text : `+${text}`;
};

/** A fraction as a percentage of three digits. */
export const share = (fraction: number): string => trim(100 * fraction, 3);
