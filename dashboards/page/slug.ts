// Names for files and anchors.

/**
 * Lower-case letters, digits and single dashes; texts that differ only in other characters are
 * distinguished by a short hash.
 */
export const slug = (text: string): string => {
  const plain =
    text
      .toLowerCase()
      .replaceAll(/[^a-z0-9]+/g, '-')
      .replaceAll(/^-|-$/g, '') || 'x';
  return plain === text ? plain : /^[A-Za-z0-9_-]+$/.test(text) ? plain : `${plain}-${hash(text)}`;
};

const hash = (text: string): string => {
  let value = 0x811c9dc5;
  for (const character of text)
    value = Math.imul(value ^ character.codePointAt(0)!, 0x01000193) >>> 0;
  return value.toString(36).slice(0, 5);
};
