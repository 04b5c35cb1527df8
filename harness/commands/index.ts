// The list of commands: one line each, loaded when called so that start-up stays short.
import type {Command} from '../command.ts';

interface Entry {
  readonly name: string;
  readonly summary: string;
  readonly load: () => Promise<Command>;
}

export const commands: readonly Entry[] = [
];
