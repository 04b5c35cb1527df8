// Outputs kept in the comments of a program or script, of any format: blocks of lines that all begin
// with the same mark.
import type {Lines} from '../lines.ts';
import {firstCode, lineAt, linesOf} from '../lines.ts';
import {at, sticky} from '../perf-tokens.ts';

const markedFigure = sticky(String.raw`[ \t]*(?:\/\/|#|\*|;|--|%)[ \t].*\d`);
const markCodes = new Set([...'/#*;-%'].map((mark) => mark.charCodeAt(0)));
const marked = /^\s*(\/\/|#|\*|;|--|%|\|)(?:[ \t]|$)/;
/** Fewer lines than this are headings or bullets. */
const leastLines = 2;

/**
 * The lines of comment blocks without their marks, all others empty; null if there is no such block
 * with a figure in it.
 */
export const inComments = (lines: Lines): Lines | null => {
  const {text, starts, numbers} = lines;
  const isMarked = (_number: number, i: number): boolean =>
    markCodes.has(firstCode(lines, i)) && at(markedFigure, text, starts[i]) !== null;
  if (!numbers.some(isMarked)) return null;
  const list: {text: string; number: number}[] = [];
  let block: {at: number; mark: string} | null = null;
  let isAny = false;
  const end = (to: number): void => {
    if (block !== null && to - block.at < leastLines)
      for (let i = block.at; i < to; i++) list[i] = {text: '', number: numbers[i]};
    else if (block !== null) isAny = true;
    block = null;
  };
  for (let i = 0; i < numbers.length; i++) {
    const line = lineAt(lines, i);
    const mark = line.length > 2000 ? undefined : marked.exec(line)?.[1];
    if (mark !== (block as {mark: string} | null)?.mark) {
      end(i);
      if (mark !== undefined) block = {at: i, mark};
    }
    const bare = mark === undefined ? '' : line.slice(line.indexOf(mark) + mark.length);
    list.push({text: bare, number: numbers[i]});
  }
  end(numbers.length);
  return isAny ? linesOf(list) : null;
};
