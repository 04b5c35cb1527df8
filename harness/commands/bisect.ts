// jitstat bisect: which commit, or which variant of a list, was the first to change an event. A
// verdict decides each step, not a threshold.
import {UserError} from '../../results/error.ts';
import type {Session} from '../../results/types.ts';
import {visible} from '../../results/visible.ts';
import {plural} from '../../results/wording.ts';
import type {Command, CommandArguments, Io} from '../command/command.ts';
import {choice, exitCodes, flag, number, storeOf, text} from '../command/command.ts';
import {sayWhatRuns} from '../command/left-out.ts';
import type {CommandLine, Target} from '../measure/measure-options.ts';
import {checkSide} from '../sides/resolve.ts';
import {loadWorkloads, requireWorkloads} from '../measure/load-target.ts';
import {
  buildIn,
  checkedOut,
  commandIn,
  commitsBetween,
  prepareBisect,
  readState,
  runBisect,
  writeState,
} from '../bisect/git-bisect.ts';
import type {Direction, Judgement} from '../bisect/bisect-step.ts';
import {bisectCodes, searchFirstBad, settle} from '../bisect/bisect-step.ts';
import {realWorld} from '../nightly/runtime.ts';
import {checkWritable} from '../host/writable.ts';
import {directions, table} from '../usage/bisect.ts';

export const command: Command = {
  ...table,
  run: async (io, args) => {
    const step = text(args, 'step');
    if (step !== undefined) return bisectStep(io, args, step);
    return text(args, 'variants') === undefined ? overCommits(io, args) : overVariants(io, args);
  },
};

const overVariants = async (io: Io, args: CommandArguments): Promise<number> => {
  requireWorkloads(args.positionals);
  const names = (text(args, 'variants') ?? '').split(',').map((name) => checkSide(name.trim()));
  if (names.length < 2)
    throw new UserError(
      '--variants names fewer than two variants.',
      'For example --variants v58,rfc1,v510.',
    );
  if (new Set(names).size < names.length)
    throw new UserError(
      '--variants names a variant twice.',
      'Each is measured against the first; name every one once.',
    );
  checkWritable(storeOf(io, args));
  const [workload] = args.positionals;
  const target = loadWorkloads({kind: 'workload', workload, before: names[0]}, io.cwd);
  sayWhatRuns(io, args, target.workloads.before);
  const judge = judgeWith(io, args, (name): Target => ({...target, after: name}));
  const ends = await judge(names.at(-1)!, null);
  if (ends.outcome !== 'bad')
    return endsReport(io, args, ends, `${names.at(-1)} against ${names[0]}`);
  const {lastGood, firstBad, skipped} = await searchFirstBad(names, (name) =>
    judge(name, ends.step),
  );
  return report(io, args, {
    found: firstBad,
    why:
      `${lastGood} is the last that does ` +
      `not${skipped.length === 0 ? '' : `; not settled: ${skipped.join(', ')}`}`,
  });
};

const overCommits = async (io: Io, args: CommandArguments): Promise<number> => {
  const [good, bad] = [text(args, 'good'), text(args, 'bad')];
  const [commandLine, more] = args.rest;
  if (good === undefined || bad === undefined)
    throw new UserError(
      'bisect needs --good and --bad, or --variants.',
      'jitstat bisect --good A --bad B -- CMD...',
    );
  if (commandLine === undefined || commandLine.length === 0 || more !== undefined)
    throw new UserError(
      'bisect needs one command after --.',
      'jitstat bisect --good A --bad B --build make -- ./bench',
    );
  const store = storeOf(io, args);
  checkWritable(store);
  const options = Object.fromEntries(
    ['event', 'direction', 'time', 'tries'].flatMap((name) =>
      args.values[name] === undefined ? [] : [[name, args.values[name]]],
    ),
  );
  const setup = await prepareBisect(io.cwd, good, bad, {
    command: commandLine,
    build: text(args, 'build') ?? null,
    options: {...options, store},
  });
  try {
    const ends = await judgeStep(io, args, setup.stateFile);
    if (ends.outcome !== 'bad') return endsReport(io, args, ends, `${bad} against ${good}`);
    writeState(setup.stateFile, {...setup.state, step: ends.step});
    if (!flag(args, 'quiet')) io.err(stepsNote(args, commitsBetween(io.cwd, good, bad)));
    const step = [
      process.execPath,
      process.argv[1],
      'bisect',
      '--step',
      setup.stateFile,
      ...(flag(args, 'quiet') ? ['--quiet'] : []),
    ];
    const result = await runBisect(setup, good, bad, step, flag(args, 'quiet'));
    if (result.firstBad !== null)
      return report(io, args, {
        found: `${result.firstBad.commit.slice(0, 12)} ${result.firstBad.subject}`,
        why: '',
        log: result.log,
      });
    const candidates = result.candidates.map((commit) => commit.slice(0, 12));
    return report(io, args, {
      found: null,
      candidates,
      why: `it is one of ${candidates.join(', ')}; the others between could not be settled`,
      log: result.log,
    });
  } finally {
    setup.remove();
  }
};

const stepsNote = (args: CommandArguments, commits: number): string =>
  commits < 2
    ? ''
    : `jitstat bisect: ${plural(commits, 'commit')} to search: about ` +
      `${plural(Math.ceil(Math.log2(commits)), 'step')} of ${secondsOf(args)} s or more\n`;

/** The step that git bisect run calls in the worktree of the commit it tries. */
const bisectStep = async (io: Io, args: CommandArguments, file: string): Promise<number> => {
  const {outcome, why} = await judgeStep(io, args, file);
  if (outcome === 'skip' && !flag(args, 'quiet')) io.err(`jitstat bisect: skip: ${why}\n`);
  return bisectCodes[outcome];
};

const judgeStep = async (io: Io, args: CommandArguments, file: string): Promise<Judgement> => {
  const state = readState(file);
  const failure = await buildIn(state.tryFolder, state.build);
  if (failure !== null)
    return {outcome: 'skip', why: `does not build: ${failure}`, sessions: [], step: null};
  const inherited = {...args, values: {...state.options, ...args.values}};
  const sideIn = (folder: string, name: string): CommandLine => ({
    argv: commandIn(folder, state.command),
    text: state.command.join(' '),
    name,
  });
  const before = sideIn(state.goodFolder, state.goodName);
  const tried = checkedOut(state.tryFolder);
  const after = sideIn(state.tryFolder, tried);
  const target: Target = {
    kind: 'commands',
    before: before.argv,
    after: after.argv,
    lines: {before, after},
    cwd: io.cwd,
  };
  return judgeWith(io, inherited, () => target)(tried, state.step);
};

const judgeWith =
  (io: Io, args: CommandArguments, targetOf: (name: string) => Target) =>
  (name: string, step: number | null): Promise<Judgement> => {
    const quiet = flag(args, 'quiet');
    const {measure} = realWorld(io, storeOf(io, args), quiet);
    const task = {
      target: targetOf(name),
      repeat: number(args, 'repeat') ?? 1_000_000,
      placement: {kind: 'random'} as const,
      events: null,
      margins: {},
      simulate: true,
      night: null,
      left: Infinity,
      seconds: secondsOf(args),
    };
    return settle({
      measure: (factor, before: Session | null) =>
        measure({
          ...task,
          size:
            before === null
              ? null
              : {
                  runs: 2 * 2 * before.plan.quads * before.plan.runsPerBlock,
                  runsPerBlock: before.plan.runsPerBlock,
                },
          seconds: factor * task.seconds,
        }),
      event: text(args, 'event') ?? null,
      direction: directionOf(args),
      tries: number(args, 'tries') ?? 4,
      step,
      progress: (said) => {
        if (!quiet) io.err(`jitstat bisect: ${visible(name)}: ${said}\n`);
      },
    });
  };

const secondsOf = (args: CommandArguments): number => number(args, 'time') ?? 20;

const directionOf = (args: CommandArguments): Direction =>
  choice(args, 'direction', directions) ?? 'more';

/** The ends do not differ, or they could not be compared: there is no answer. */
const endsReport = (
  io: Io,
  args: CommandArguments,
  {outcome, why}: Judgement,
  ends: string,
): number => {
  if (outcome === 'skip')
    throw new UserError(
      `${ends}: ${why}.`,
      'Both ends have to build, run and settle: check the command, or raise --time and --tries.',
    );
  return report(io, args, {found: null, why: `${ends}: ${why}`});
};

interface Report {
  readonly found: string | null;
  /** The candidates, if the first one could not be told apart from its neighbours. */
  readonly candidates?: readonly string[];
  readonly why: string;
  readonly log?: string;
}

const report = (io: Io, args: CommandArguments, {found, candidates, why, log}: Report): number => {
  const direction = directionOf(args);
  const what = direction === 'either' ? 'changes' : `does ${direction}`;
  if (flag(args, 'json'))
    io.out(
      JSON.stringify({
        schema: 'jitstat/bisect/1',
        firstBad: found,
        ...(candidates === undefined ? {} : {candidates}),
        why,
        ...(log === undefined ? {} : {log}),
      }) + '\n',
    );
  else
    io.out(
      candidates !== undefined
        ? `first that ${what}: ${why}\n`
        : found === null
          ? `nothing found that ${what}: ${why}\n`
          : `first that ${what}: ${found}\n${why === '' ? '' : `${why}\n`}`,
    );
  return found === null && candidates === undefined ? exitCodes.done : exitCodes.changeFound;
};
