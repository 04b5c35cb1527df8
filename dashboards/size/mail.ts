// A size report for a mailing list: 72 columns, ASCII.
import {changeOf, ratioOf} from '../../results/size/report.ts';
import type {SizedProgram, SizeReport} from '../../results/size/types.ts';
import {fit, mailWidth, wrap} from '../tables/ascii.ts';
import {change, changeBetween, count, nameOf, plural, refuser, sentences, signed} from './cells.ts';

const nameWidth = 36;
/** JSON and CSV hold all of them. */
const mostReasons = 20;

/*
 * bytes                                  1,010,192   1,046,610     +3.61%
 */
const line = (name: string, before: string, after: string, changed: string): string =>
  (
    `${fit(name, nameWidth).padEnd(nameWidth)} ${before.padStart(11)} ` +
    `${after.padStart(11)} ${changed.padStart(11)}`
  ).trimEnd();

/** Lines end without a newline at the very end. */
export const sizeMail = (report: SizeReport): string => {
  const {before, after, sums} = report;
  return [
    ...wrap(
      `code size, ${before} -> ${after}: ${plural(sums.programs, 'program')} of ` +
        `${plural(report.objects, 'object')}, ${plural(sums.instructions, 'BPF instruction')}`,
      '',
      '  ',
    ),
    '',
    line('', fit(before, 11), fit(after, 11), 'change'),
    line('bytes', count(sums.before), count(sums.after), change(sums.ratio)),
    line('median program', '', '', change(sums.median)),
    ...sentences(report).flatMap((text) => wrap(text, '', '  ')),
    ...stepLines(report),
    ...folderLines(report),
    ...largest('grew most', report.largest.grew),
    ...largest('shrank most', report.largest.shrank),
    ...largest('grew most in percent', report.largestRatios.grew),
    ...largest('shrank most in percent', report.largestRatios.shrank),
    ...refusedLines(report),
  ].join('\n');
};

const stepLines = ({steps}: SizeReport): readonly string[] =>
  steps === null
    ? ['', ...wrap('A side names no steps of its code, so bytes by step are left out.', '', '  ')]
    : [
        '',
        'bytes by step',
        ...steps.map(({step, before, after}) =>
          line(`  ${step}`, count(before), count(after), changeBetween(before, after)),
        ),
      ];

const folderLines = ({folders}: SizeReport): readonly string[] =>
  folders.length < 2
    ? []
    : [
        '',
        'by folder (programs)',
        ...folders.map(({folder, programs, before, after, ratio}) =>
          line(
            `  ${fit(folder, 26)} (${count(programs)})`,
            count(before),
            count(after),
            change(ratio),
          ),
        ),
      ];

/*
 * bpf_lxc.o tail_handle_ipv4             17,092    18,590    +1,498    +8.76%
 */
const largest = (title: string, programs: readonly SizedProgram[]): readonly string[] =>
  programs.length === 0
    ? []
    : [
        '',
        title,
        ...programs.flatMap((one) => {
          const {before, after} = one;
          const cells = [count(before.bytes), count(after.bytes), signed(changeOf(one))];
          const figures = [...cells, change(ratioOf(one))]
            .map((cell) => ` ${cell.padStart(9)}`)
            .join('');
          const name = `  ${nameOf(one)}`;
          const room = mailWidth - figures.length;
          return name.length <= room
            ? [name.padEnd(room) + figures]
            : [fit(name, mailWidth), ' '.repeat(room) + figures];
        }),
      ];

const refusedLines = (report: SizeReport): readonly string[] =>
  report.refused.length === 0
    ? []
    : [
        '',
        `refused: ${plural(report.refusedPrograms, 'program')}`,
        ...report.refused
          .slice(0, mostReasons)
          .flatMap((one) =>
            wrap(
              `${refuser(report, one)}: ${one.reason} (${one.example})`,
              `${count(one.programs).padStart(6)}  `,
              ' '.repeat(8),
            ),
          ),
        ...(report.refused.length > mostReasons
          ? [`        and ${plural(report.refused.length - mostReasons, 'more reason')}`]
          : []),
      ];
