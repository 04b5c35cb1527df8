// Finds keys that occur twice in one object of a JSON text. JSON.parse lets them pass, and the last
// one wins.
import {joinPath} from './json-shape.ts';

/** Paths (`workloads[2].margins.cycles`) of duplicate keys, in order. `text` must be valid JSON. */
export const duplicateKeys = (text: string): string[] => {
  const doubled: string[] = [];
  const open: {
    path: string;
    keys: Set<string> | null;
    index: number;
    key: string | null;
    wantsKey: boolean;
  }[] = [];
  const pathHere = (): string => {
    const top = open.at(-1);
    if (top === undefined) return '';
    return top.keys === null ? `${top.path}[${top.index}]` : joinPath(top.path, top.key ?? '');
  };
  for (const token of tokens(text)) {
    const top = open.at(-1);
    if (token === '{' || token === '[')
      open.push({
        path: pathHere(),
        keys: token === '{' ? new Set() : null,
        index: 0,
        key: null,
        wantsKey: token === '{',
      });
    else if (token === '}' || token === ']') open.pop();
    else if (token === ',' && top !== undefined) {
      top.index++;
      top.wantsKey = top.keys !== null;
    } else if (top?.wantsKey === true && token.startsWith('"')) {
      top.key = JSON.parse(token) as string;
      top.wantsKey = false;
      if (top.keys!.has(top.key)) doubled.push(pathHere());
      top.keys!.add(top.key);
    }
  }
  return doubled;
};

/** Tokens: strings with their quotes, and punctuation. The values in between do not matter. */
function* tokens(text: string): Generator<string> {
  const signs = /["{}[\],]/g;
  for (let found = signs.exec(text); found !== null; found = signs.exec(text)) {
    // A string may hold millions of characters: too many for a regular expression that repeats a
    // group.
    if (found[0] === '"') signs.lastIndex = endOfString(text, found.index);
    yield text.slice(found.index, signs.lastIndex);
  }
}

/** The position after the closing quote of the string that begins at `start`. */
const endOfString = (text: string, start: number): number => {
  for (let end = text.indexOf('"', start + 1); ; end = text.indexOf('"', end + 1)) {
    let slashes = end;
    while (text[slashes - 1] === '\\') slashes--;
    if ((end - slashes) % 2 === 0) return end + 1;
  }
};
