// The usage and options of `jitstat report`.
import type {CommandTable} from '../command/command.ts';
import {storeOption} from '../command/options.ts';

export const table: CommandTable = {
  usage: [
    'report SESSION... -o DIR [--interactive] [--png]',
    'report COMPARISON.json... -o DIR',
    'report --night last -o DIR',
    'report SESSION... --text',
  ],
  examples: [
    ['report SESSION -o page', 'the page of one session'],
    ['report --night last -o page', 'the front page of the last night'],
  ],
  options: {
    output: {
      type: 'folder',
      short: 'o',
      help: 'folder for index.html and the numbers next to it (default: jitstat-report)',
    },
    ...storeOption,
    night: {
      type: 'text',
      value: 'ID',
      help: 'the front page of a night instead: its id, the beginning of one, or last',
    },
    title: {type: 'text', value: 'TEXT', help: 'title of the page'},
    interactive: {
      type: 'flag',
      help: "tooltips, zoom and marking of runs (needs scripts in the reader's browser)",
    },
    text: {type: 'flag', help: 'print the charts as text instead of writing a page'},
    png: {type: 'flag', help: 'write each chart as PNG too'},
  },
  positionals: {least: 0, most: Infinity, what: 'sessions'},
};
