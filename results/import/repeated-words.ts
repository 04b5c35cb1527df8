// Words that a text repeats, each held as one string: they are found sooner than cut out again, and
// none of them holds the whole text in memory.

/** A power of two. */
const mostKept = 1024;
const longestKept = 64;
/** By a mark made of a word's length and some of its characters. */
const kept: string[] = Array.from({length: mostKept}, () => '');

/** The text from `from` to `to`. */
export const wordAt = (text: string, from: number, to: number): string => {
  const length = to - from;
  if (length > longestKept) return text.slice(from, to);
  const mark =
    (text.charCodeAt(from) * 7 +
      text.charCodeAt(from + (length >> 1)) * 61 +
      text.charCodeAt(to - 1) * 11 +
      length) &
    (mostKept - 1);
  const word = kept[mark];
  if (word.length === length && text.startsWith(word, from)) return word;
  return (kept[mark] = owned(text.slice(from, to)));
};

/** The same as a string of its own, no part of another: joined and cut. */
const owned = (word: string): string => ` ${word}`.slice(1);

const [mostRemembered, longestRemembered] = [2000, 400];
/** A function of words that remembers its results: a text repeats few of them. */
export const remembered = <Result>(
  read: (words: string) => Result,
): ((words: string) => Result) => {
  const results = new Map<string, Result>();
  return (words) => {
    if (words.length > longestRemembered) return read(words);
    const known = results.get(words);
    if (known !== undefined) return known;
    // Of the copy, so that no result holds the whole text either.
    const copy = owned(words);
    const result = read(copy);
    if (results.size >= mostRemembered) results.clear();
    results.set(copy, result);
    return result;
  };
};
