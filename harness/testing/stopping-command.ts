// For tests that end a session on its way: a command that waits, so that the session cannot end first.
import {writeFileSync} from 'node:fs';

export interface StoppingCommand {
  readonly command: readonly string[];
  /** From now on it waits no more. */
  readonly goOn: () => void;
}

/** After this many runs the command waits for `goOn`; its files are next to `store`. */
export const stoppingCommand = (store: string, runs: number): StoppingCommand => {
  const script =
    'echo >> "$0.count"; while [ ! -e "$0.go" ] && ' +
    `[ $(wc -l < "$0.count") -gt ${runs} ]; do sleep 0.05; done`;
  return {
    command: ['sh', '-c', script, store],
    goOn: () => writeFileSync(`${store}.go`, ''),
  };
};
