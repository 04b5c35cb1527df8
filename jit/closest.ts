// "Did you mean": the nearest known word to a mistyped one.

/** A hint that names the nearest of `known` to `word`, or `otherwise` when none is near. */
export const closest = (word: string, known: readonly string[], otherwise: string): string => {
  const [best] = known
    .map((candidate) => ({candidate, distance: editDistance(word, candidate)}))
    .toSorted((a, b) => a.distance - b.distance);
  return best !== undefined && best.distance <= Math.max(1, word.length / 3)
    ? `Did you mean '${best.candidate}'?`
    : otherwise;
};

const editDistance = (a: string, b: string): number => {
  let previous = Array.from({length: b.length + 1}, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const current = [i];
    for (let j = 1; j <= b.length; j++) {
      current.push(
        Math.min(
          previous[j] + 1,
          current[j - 1] + 1,
          previous[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1),
        ),
      );
    }
    previous = current;
  }
  return previous[b.length];
};
