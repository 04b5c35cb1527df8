// jitstat ab: the main job. Measures two sides interleaved, concludes, prints the table, stores
// session and report.
import {resolve} from 'node:path';
import {formatComparison} from '../../dashboards/tables/index.ts';
import {familyTable} from '../../dashboards/tables/family.ts';
import {sweepTable} from '../../dashboards/tables/sweep.ts';
import type {Command, CommandArguments, Io} from '../command/command.ts';
import {choice, exitCodes, flag, storeOf, text} from '../command/command.ts';
import {sayWhatRuns} from '../command/left-out.ts';
import type {Measured, MeasureRequest, PreparedSession} from '../measure/session-types.ts';
import {discardPrepared} from '../measure/session-types.ts';
import {prepareSession} from '../measure/prepare-session.ts';
import {runPrepared} from '../measure/run-session.ts';
import type {MeasureOptions, Target} from '../measure/measure-options.ts';
import {refuseCommandOptions, withCommands} from '../measure/command-lines.ts';
import {commandTargets, refuseQuoted} from '../measure/command-targets.ts';
import {checkExport, exportsOf, writeExport} from '../measure/export-times.ts';
import {measure} from '../measure/measure.ts';
import {playedOptions, readMeasureOptions} from '../measure/read-options.ts';
import type {MachineRequest} from '../machine/machine-session.ts';
import {checkWritable} from '../host/writable.ts';
import {directions, table} from '../usage/ab.ts';

export const command: Command = {
  ...table,
  run: async (io, given) => {
    const args = withCommands(given);
    const store = storeOf(io, args);
    const format = text(args, 'format') ?? 'mail';
    const failOn = choice(args, 'fail-on', directions);
    checkWritable(store);
    const output = text(args, 'output');
    if (output !== undefined) checkWritable(output);
    const exports = exportsOf(args);
    for (const {file} of exports) checkExport(resolve(io.cwd, file));
    const quiet = flag(args, 'quiet');
    const measured: Measured[] = [];
    for (const next of await sessionsOf(io, args, store, quiet)) {
      const result = await next();
      measured.push(result);
      if (!flag(args, 'json'))
        io.out(`${tableOf(result, format)}\n${await chartOf(io, result, format)}`);
    }
    for (const {file, write} of exports) writeExport(resolve(io.cwd, file), write(measured));
    if (measured.length > 1 && args.rest.length > 0 && format === 'mail' && !flag(args, 'json'))
      io.out(`${familyTable(measured.map(({session}) => session))}\n`);
    const report = isReported(args) ? await reportOf(io, args, store, measured) : null;
    if (flag(args, 'json'))
      io.out(
        `${JSON.stringify(
          measured.length === 1
            ? (measured[0].session.comparison ?? measured[0].session)
            : measured.map((one) => one.session.comparison),
        )}\n`,
      );
    else if (!quiet) {
      // A table for another program has stdout to itself.
      const say = format === 'mail' ? io.out : io.err;
      for (const one of measured) say(`session: ${one.session.id}\n`);
      if (report !== null) say([`report:  ${report.index}`, ...report.notes, ''].join('\n'));
    }
    return failOn !== undefined && measured.some((one) => gated(one, failOn))
      ? exitCodes.changeFound
      : exitCodes.done;
  },
};

/** People who compare commands wait for the answer, so the page is drawn only on request. */
const isReported = (args: CommandArguments): boolean =>
  !flag(args, 'no-report') &&
  (args.rest.length === 0 || text(args, 'output') !== undefined || flag(args, 'interactive'));

const reportOf = async (
  io: Io,
  args: CommandArguments,
  store: string,
  measured: readonly Measured[],
) => {
  const {storeReport} = await import('../report/report-folder.ts');
  return storeReport(io, store, measured, {
    output: text(args, 'output') ?? null,
    interactive: flag(args, 'interactive'),
  });
};

/**
 * The sessions to measure, each ready to run: everything is checked and prepared before the first
 * one starts.
 */
const sessionsOf = async (
  io: Io,
  args: CommandArguments,
  store: string,
  quiet: boolean,
): Promise<readonly (() => Promise<Measured>)[]> => {
  const options = readMeasureOptions(args, io.now());
  const sides = await machineSidesOf(io, args);
  if (sides !== null)
    return machineSessions(io, args, (target) => ({target, options, store, quiet, sides}));
  if (options.source !== 'perf')
    return simulatedSessions(io, args, (target) => ({target, options, store, quiet}));
  if (args.rest.length > 0 && !flag(args, 'resume'))
    return commandTargets(args, io.cwd).map(
      (target) => () => measure(io, {target, options, store, quiet}),
    );
  const prepared = flag(args, 'resume')
    ? await (
        await import('../measure/resume.ts')
      ).prepareResume(io, store, args.positionals[0] ?? null, quiet)
    : await prepareAll(io, args, options, store, quiet);
  return prepared.map((session) => () => runPrepared(io, store, quiet, session));
};

/** Kernel builds among the sides; null for commands. */
const machineSidesOf = async (io: Io, args: CommandArguments) =>
  args.rest.length > 0
    ? null
    : (await import('../machine/machine-options.ts')).readMachineSides(args, io, sideNames(args));

const machineSessions = async (
  io: Io,
  args: CommandArguments,
  request: (target: Target) => MachineRequest,
) => {
  const {machineSession} = await import('../machine/machine-session.ts');
  return (await targetsOf(io, args)).map((target) => () => machineSession(io, request(target)));
};

const simulatedSessions = async (
  io: Io,
  args: CommandArguments,
  request: (target: Target) => MeasureRequest,
) => {
  const {simulateSession} = await import('../measure/simulated.ts');
  return (await targetsOf(io, args)).map((target) => () => simulateSession(io, request(target)));
};

const prepareAll = async (
  io: Io,
  args: CommandArguments,
  options: MeasureOptions,
  store: string,
  quiet: boolean,
) => {
  const prepared: PreparedSession[] = [];
  try {
    for (const target of await targetsOf(io, args))
      prepared.push(await prepareSession(io, {target, options, store, quiet}));
    return prepared;
  } catch (error) {
    prepared.forEach(discardPrepared);
    throw error;
  }
};

const sideNames = (args: CommandArguments): {before: string; after: string} => ({
  before: text(args, 'before') ?? 'v58',
  after: text(args, 'after') ?? 'rfc1',
});

const changeOptions = ['before-program', 'after-program', 'variant'];

/** All targets are checked before the first one is prepared. */
const targetsOf = async (io: Io, args: CommandArguments): Promise<readonly Target[]> => {
  if (args.rest.length > 0) return commandTargets(args, io.cwd);
  refuseQuoted(args);
  if (!flag(args, 'resume')) refuseCommandOptions(args);
  const [{loadWorkloads, requireWorkloads}, {checkSide}, {isKernelBuild}] = await Promise.all([
    import('../measure/load-target.ts'),
    import('../sides/resolve.ts'),
    import('../machine/kernel-side.ts'),
  ]);
  if (changeOptions.some((name) => text(args, name) !== undefined))
    return [(await import('../measure/program-targets.ts')).programTarget(io, args)];
  requireWorkloads(args.positionals);
  const {before, after} = sideNames(args);
  for (const side of [before, after]) if (!isKernelBuild(side)) checkSide(side);
  return args.positionals.map((workload) => {
    const named = {kind: 'workload' as const, workload, before, after, ...playedOptions(args)};
    const target = loadWorkloads(named, io.cwd);
    sayWhatRuns(io, args, target.workloads.before);
    return target;
  });
};

const tableOf = ({session, samples}: Measured, format: string): string =>
  session.comparison === null
    ? `session ${session.id}: ${session.reason ?? session.status}`
    : [
        formatComparison(session.comparison, format, {session, samples}),
        format === 'mail' ? sweepTable(session, samples) : '',
      ]
        .filter((part) => part !== '')
        .join('\n');

/**
 * On a terminal, a forest plot of the changes follows the mail table; a pipe gets the table alone.
 */
const chartOf = async (io: Io, {session}: Measured, format: string): Promise<string> => {
  if (session.comparison === null || format !== 'mail' || !io.outIsTerminal) return '';
  const {terminalForest, terminalUnicode} = await import('../../dashboards/render/terminal.ts');
  const options = {columns: 72, unicode: terminalUnicode(io.env)};
  return `\n${terminalForest(session.comparison, options)}\n`;
};

const gated = ({session}: Measured, failOn: (typeof directions)[number]): boolean => {
  const verdict = session.comparison?.rows.find((row) => row.primary)?.verdict;
  return (
    verdict !== undefined &&
    (verdict === failOn || (failOn === 'either' && (verdict === 'more' || verdict === 'less')))
  );
};
