// jitstat plan: from a stored session's noise, how many quads would show 1 %, 0.5 % and 0.1 %.
import {UserError} from '../../results/error.ts';
import type {ProcessesNeeded, SlicesTarget} from '../../results/compare/slices/processes-needed.ts';
import {processesNeeded} from '../../results/compare/slices/processes-needed.ts';
import {planQuads} from '../../results/compare/quads/quads-needed.ts';
import {loadSession} from '../../results/store/index.ts';
import type {Command} from '../command/command.ts';
import {exitCodes, flag, storeOf} from '../command/command.ts';
import {table} from '../usage/plan.ts';
import {durationText} from '../../results/wording.ts';

const targets = [0.01, 0.005, 0.001] as const;

export const command: Command = {
  ...table,
  run: async (io, args) => {
    const {session, samples} = await loadSession(storeOf(io, args), args.positionals[0] ?? 'last');
    const answer = session.comparison?.slices;
    const slices = answer === undefined ? null : processesNeeded(answer, targets);
    if (samples === null && slices === null)
      throw new UserError(
        `The runs of session ${session.id} are not stored here.`,
        'Plan on the machine that measured it, or keep runs.json.gz.',
      );
    const rows = samples === null ? [] : planQuads(samples, targets);
    if (flag(args, 'json')) {
      io.out(
        `${JSON.stringify({schema: 'jitstat/plan/1', session: session.id, targets, rows, slices})}\n`,
      );
      return exitCodes.done;
    }
    const k = session.plan.runsPerBlock;
    const heads = targets.map((target) => `${target * 100} %`);
    if (slices !== null) io.out(`${slicesText(slices)}\n`);
    if (samples === null) return exitCodes.done;
    io.out(
      [
        `From the noise of session ${session.id}; one quad is ${4 * k} runs (${2 * k} per side).`,
        'show: quads that find a change of that size with 80 % power, corrected over the table.',
        'equal: quads that prove "no change" within that margin, if there is none.',
        '',
        `${''.padEnd(26)}${heads.map((head) => head.padStart(16)).join('')}`,
        `${'event'.padEnd(26)}${heads.map(() => 'show    equal'.padStart(16)).join('')}`,
        ...rows.map(
          (row) =>
            `${row.event.padEnd(26)}` +
            `${row.targets
              .map(({quadsToShow, quadsToProveEqual}) =>
                (quads(quadsToShow) + quads(quadsToProveEqual).padStart(9)).padStart(16),
              )
              .join('')}`,
        ),
        '',
      ].join('\n'),
    );
    return exitCodes.done;
  },
};

/** What slices need; mostly they are sharper than runs. */
const slicesText = (needs: readonly SlicesTarget[]): string =>
  [
    'Slices (--design slices), from the interval of this session: A/B processes, and time with A/A.',
    ...needs.map(
      ({target, toShow, toProveEqual}) =>
        `${`${target * 100} %`.padStart(8)}   show: ${timeText(toShow)}, equal: ${timeText(toProveEqual)}`,
    ),
    '',
  ].join('\n');

const timeText = ({processes, seconds}: ProcessesNeeded): string =>
  `${processes} processes${seconds === null ? '' : ` (${durationText(seconds)})`}`;

/** Quads as a cell; more than a day's worth is not a plan. */
const quads = (count: number): string => (count > 99_999 ? '>99999' : String(count));
