// jitstat doctor: what this host can count and what disturbs measurements, with the command that
// fixes each bad thing.
import {UserError} from '../../results/error.ts';
import {visible} from '../../results/visible.ts';
import {troubleOf} from '../command/trouble.ts';
import type {Command, Io} from '../command/command.ts';
import {exitCodes, flag} from '../command/command.ts';
import {describeMachines} from '../machine/probe-machines.ts';
import {checkHost} from '../host/host-checks.ts';
import type {CheckResult} from '../host/host-checks.ts';
import {readHost} from '../host/host-record.ts';
import {hasHardwareCounters} from '../perf/countable.ts';
import {findPerf} from '../perf/perf.ts';
import type {PerfProbe} from '../perf/probe.ts';
import {probePerf} from '../perf/probe.ts';
import {table} from '../usage/doctor.ts';

export const command: Command = {
  ...table,
  run: async (io, args) => {
    if (args.positionals.length > 0)
      throw new UserError(
        `doctor takes no argument '${args.positionals[0]}'.`,
        'jitstat doctor, or jitstat doctor --json.',
      );
    const probe = await installedPerf(io);
    const host = readHost('perf' in probe ? probe.perf.version : null, hasHardwareCounters());
    const checks = checkHost();
    if (flag(args, 'json')) {
      io.out(
        `${JSON.stringify({
          schema: 'jitstat/doctor/1',
          host,
          perf: 'perf' in probe ? probe : null,
          checks,
        })}\n`,
      );
      return exitCodes.done;
    }
    io.out(
      [
        `host     ${host.name}: ${host.cpu ?? 'unknown CPU'}, ${host.cores} cores, Linux ` +
          `${host.kernel}${host.virtualization === null ? '' : `, virtual machine (${host.virtualization})`}`,
        ...('perf' in probe
          ? perfLines(probe)
          : [`BAD      ${probe.missing}`, `         fix: ${probe.fix}`]),
        `machines ${await describeMachines()}`,
        '',
        ...checks.flatMap(checkLines),
        '',
      ].join('\n'),
    );
    return exitCodes.done;
  },
};

/**
 * A host without perf has other things to report, so this is an answer here and a failure
 * elsewhere.
 */
const installedPerf = async (
  io: Io,
): Promise<PerfProbe | {readonly missing: string; readonly fix: string}> => {
  try {
    return await probePerf(await findPerf(io.env));
  } catch (error) {
    const trouble = troubleOf(error);
    if (trouble === null) throw error;
    return {missing: trouble.message, fix: trouble.hint};
  }
};

const perfLines = (probe: PerfProbe): string[] => [
  `perf     ${probe.perf.version} (${probe.perf.path})`,
  ...countingLines(probe),
  ...repeatLines(probe),
];

const countingLines = (probe: PerfProbe): string[] => {
  const lines = [
    hasHardwareCounters()
      ? `PMU      yes, ${probe.counters} hardware events at a time without multiplexing`
      : 'PMU      none: hardware events cannot be counted here; times, software events and ' +
        'simulated counts can',
    `counted  ${probe.counted.join(', ')}`,
  ];
  const missing = probe.notCounted.map((entry) => entry.event);
  return missing.length === 0 ? lines : [...lines, `not      ${missing.join(', ')}`];
};

const repeatLines = ({repeat, perf}: PerfProbe): string[] => {
  const runs = repeat.runs.map((run) => run.toFixed(2)).join(' / ');
  const printed = repeat.printed === null ? 'nothing' : `${repeat.printed.toFixed(2)} msec`;
  if (repeat.prints === 'mean')
    return [`perf -r  right: runs of ${runs} msec print as ${printed} (the mean)`];
  if (repeat.prints === 'unknown')
    return [
      `perf -r  could not be probed: ${visible(repeat.failure ?? `runs ${runs}, printed ${printed}`)}`,
    ];
  return [
    `perf -r  WRONG in perf ${perf.version}: runs of ${runs} msec print as ${printed} (the ${repeat.prints})`,
    '         jitstat takes every run from -v and computes the mean itself; do not paste ' +
      'the table of perf stat -r',
    '         from this version (right up to 5.12 and again from 6.5 on)',
  ];
};

const mark: Readonly<Record<CheckResult['status'], string>> = {
  ok: 'ok     ',
  note: 'note   ',
  bad: 'BAD    ',
  unknown: 'unknown',
};

const checkLines = (check: CheckResult): string[] => [
  `${mark[check.status]}  ${check.name}: ${check.value}`,
  ...(check.status === 'bad' || check.status === 'note' ? [`         ${check.why}`] : []),
  ...(check.fix === null ? [] : [`         fix: ${check.fix}`]),
];
