// The usage and options of `jitstat completion`.
import type {CommandTable} from '../command/command.ts';

export const table: CommandTable = {
  usage: ['completion bash|zsh|fish'],
  examples: [
    ['completion bash', 'a script for eval, or for /etc/bash_completion.d/jitstat'],
    ['completion fish', 'the same for ~/.config/fish/completions/jitstat.fish'],
  ],
  options: {},
  positionals: {least: 1, most: 1, what: 'one shell: bash, zsh or fish'},
};
