// What SIGINT, SIGTERM and SIGHUP do, from the start of the program to its end: end all children,
// say how to resume, remove the scratch files, exit with 130, 143 or 129.
import {constants} from 'node:os';
import {endChildren, runsChildren} from './processes.ts';

const stopping = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

const farewells: (() => void)[] = [];

/**
 * If a signal stops the program, calls `say` once the children are ended; returns a function that
 * undoes this.
 */
export const onStop = (say: () => void): (() => void) => {
  farewells.push(say);
  return () => {
    const at = farewells.indexOf(say);
    if (at !== -1) farewells.splice(at, 1);
  };
};

/**
 * For the program's entry only: tests run commands in a process that is not theirs. Everything here
 * is synchronous, so that interrupted work cannot continue and misjudge its dead children.
 */
export const endOnSignals = (): void => {
  for (const name of stopping)
    process.on(name, () => {
      endChildren();
      for (const say of farewells.toReversed()) say();
      process.exit(128 + constants.signals[name]);
    });
  process.once('exit', () => {
    if (runsChildren()) endChildren();
  });
};
