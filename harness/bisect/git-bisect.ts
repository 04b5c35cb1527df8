// git bisect in separate worktrees: the good commit stays built next to the one that is tried, so
// that both are measured interleaved.
import {spawnSync} from 'node:child_process';
import {existsSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {execa} from 'execa';
import {UserError} from '../../results/error.ts';
import type {CommandArguments} from '../command/command.ts';
import {runChild} from '../host/child.ts';
import {removeScratch, scratchFolder} from '../host/scratch.ts';
import {onStop} from '../host/signals.ts';
import {lastLine} from '../perf/block.ts';

/** What a step needs, kept in a file between `git bisect run` and its steps. */
export interface BisectState {
  /** Folders in which the command is run: that of the good commit, and that of the one tried. */
  readonly goodFolder: string;
  readonly tryFolder: string;
  /** The good commit, as `checkedOut` names it. */
  readonly goodName: string;
  readonly command: readonly string[];
  /** Shell command run in a worktree before measuring; null = nothing to build. */
  readonly build: string | null;
  readonly options: CommandArguments['values'];
  /** ln of the change between the ends, once it has been measured. */
  readonly step: number | null;
}

export interface BisectSetup {
  readonly state: BisectState;
  readonly stateFile: string;
  readonly tryTree: string;
  readonly remove: () => void;
}

/** Checks out both commits and builds the good one. The user's own working tree is not touched. */
export const prepareBisect = async (
  cwd: string,
  good: string,
  bad: string,
  more: Pick<BisectState, 'command' | 'build' | 'options'>,
): Promise<BisectSetup> => {
  const prefix = git(cwd, 'rev-parse', '--show-prefix');
  const commits = [commitOf(cwd, '--good', good), commitOf(cwd, '--bad', bad)];
  if (commits[0] === commits[1])
    throw new UserError(
      '--good and --bad are the same commit.',
      'Name two commits between which something changed.',
    );
  if (spawnSync('git', ['merge-base', '--is-ancestor', commits[1], commits[0]], {cwd}).status === 0)
    throw new UserError(
      `--good ${good} comes after --bad ${bad}.`,
      'Swap them, and look for --direction less.',
    );
  const folder = scratchFolder('bisect');
  const [goodTree, tryTree] = [join(folder, 'good'), join(folder, 'try')];
  const remove = (): void => {
    for (const tree of [goodTree, tryTree])
      if (existsSync(tree)) spawnSync('git', ['worktree', 'remove', '--force', tree], {cwd});
    removeScratch(folder);
    letGo();
  };
  const letGo = onStop(remove);
  try {
    git(cwd, 'worktree', 'add', '--quiet', '--detach', goodTree, commits[0]);
    git(cwd, 'worktree', 'add', '--quiet', '--detach', tryTree, commits[1]);
    const state: BisectState = {
      ...more,
      step: null,
      goodName: checkedOut(goodTree),
      goodFolder: join(goodTree, prefix),
      tryFolder: join(tryTree, prefix),
    };
    const failure = await buildIn(state.goodFolder, state.build);
    if (failure !== null)
      throw new UserError(
        `The good commit does not build: ${failure}.`,
        'Try the --build command in a fresh checkout of it.',
      );
    const stateFile = join(folder, 'state.json');
    writeState(stateFile, state);
    return {state, stateFile, tryTree, remove};
  } catch (error) {
    remove();
    throw error;
  }
};

export const writeState = (file: string, state: BisectState): void =>
  writeFileSync(file, JSON.stringify(state));

export const readState = (file: string): BisectState => {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as BisectState;
  } catch {
    throw new UserError(
      `${file} is not the state of a bisection.`,
      'jitstat bisect --good A --bad B -- CMD writes it and calls itself with it.',
    );
  }
};

/** The last line of the build's output, or null if it succeeded. */
export const buildIn = async (folder: string, build: string | null): Promise<string | null> => {
  if (build === null) return null;
  const {exitCode, stderr} = await runChild({
    argv: ['sh', '-c', `exec >&2\n${build}`],
    cwd: folder,
  });
  return exitCode === 0 ? null : lastLine(stderr) || `exit code ${exitCode}`;
};

/** The number of commits after `good`, up to and including `bad`. */
export const commitsBetween = (cwd: string, good: string, bad: string): number =>
  Number(git(cwd, 'rev-list', '--count', `${good}..${bad}`));

/**
 * `3f2a9c1d0b7e subject` of the commit that is checked out in a folder; inside `git bisect run`, of
 * the commit being tried, whatever the folder.
 */
export const checkedOut = (folder: string): string =>
  git(folder, 'show', '--no-patch', '--abbrev=12', '--format=%h %s');

/** A command that runs in a folder; both sides of a comparison get the same form. */
export const commandIn = (folder: string, command: readonly string[]): readonly string[] => [
  'env',
  '-C',
  folder,
  ...command,
];

export interface BisectResult {
  /** Null if only skipped commits are left. */
  readonly firstBad: {readonly commit: string; readonly subject: string} | null;
  readonly candidates: readonly string[];
  readonly log: string;
}

/**
 * Runs `git bisect run STEP` in the worktree; `step` exits with 0 for good, 1 for bad, 125 for
 * skip; what it says on stderr is passed on.
 */
export const runBisect = async (
  setup: BisectSetup,
  good: string,
  bad: string,
  step: readonly string[],
  quiet: boolean,
): Promise<BisectResult> => {
  git(setup.tryTree, 'bisect', 'start', bad, good, '--');
  const {stdout, exitCode: status} = await execa('git', ['bisect', 'run', ...step], {
    cwd: setup.tryTree,
    reject: false,
    stdio: ['ignore', 'pipe', quiet ? 'ignore' : 'inherit'],
    maxBuffer: 1 << 28,
  });
  const log = git(setup.tryTree, 'bisect', 'log');
  const first = /^([0-9a-f]{40}) is the first (?:bad|new) commit/m.exec(stdout)?.[1] ?? null;
  const candidates = [
    ...stdout
      .slice(stdout.indexOf('The first bad commit could be any of'))
      .matchAll(/^([0-9a-f]{40})$/gm),
  ].map(([, commit]) => commit);
  if (first === null && candidates.length === 0) {
    throw new UserError(
      `git bisect run ended with ${status} and names no commit: ${stdout.trim().split('\n').at(-1)}.`,
      'git bisect needs the good commit to be an ancestor of the bad one.',
    );
  }
  const subject =
    first === null ? '' : git(setup.tryTree, 'show', '--no-patch', '--format=%s', first);
  return {firstBad: first === null ? null : {commit: first, subject}, candidates, log};
};

const commitOf = (cwd: string, option: string, name: string): string => {
  const {status, stdout} = spawnSync(
    'git',
    ['rev-parse', '--verify', '--quiet', '--end-of-options', `${name}^{commit}`],
    {cwd, encoding: 'utf8'},
  );
  if (status !== 0)
    throw new UserError(`${option} ${name} is not a commit here.`, 'git log --oneline names them.');
  return stdout.trim();
};

const git = (cwd: string, ...args: string[]): string => {
  const {status, stdout, stderr, error} = spawnSync('git', args, {cwd, encoding: 'utf8'});
  if (error !== undefined)
    throw new UserError(
      'git is not installed.',
      'bisect over commits needs git; --variants does not.',
    );
  if (status !== 0)
    throw new UserError(
      `git ${args[0]}: ${stderr.trim().split('\n').at(-1)}.`,
      'jitstat bisect has to be called inside a git repository.',
    );
  return stdout.trim();
};
