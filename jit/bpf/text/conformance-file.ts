// The `.data` files of bpf_conformance: sections `-- asm`, `-- mem`, `-- result` and their meaning.

export interface ConformanceCase {
  readonly asm: string;
  /** Bytes R1 points to (R2 has their number); empty if the case has no memory. */
  readonly memory: Uint8Array;
  /** Expected R0. */
  readonly result: bigint;
}

/**
 * Parses one file. Sections that do not matter here (`-- c`, `-- raw`, `-- no register offset`) are
 * skipped.
 */
export const parseConformance = (text: string): ConformanceCase => {
  const sections = new Map<string, string[]>();
  let lines: string[] = [];
  for (const line of text.split('\n')) {
    const header = /^-- (.*)$/.exec(line);
    if (header === null) lines.push(line);
    else sections.set(header[1].trim(), (lines = []));
  }
  const section = (name: string): string =>
    (sections.get(name) ?? [])
      .map((line) => line.replace(/#.*$/, ''))
      .join('\n')
      .trim();
  const hex = section('mem').replace(/\s+/g, '');
  return {
    asm: (sections.get('asm') ?? []).join('\n'),
    memory: Uint8Array.from(Buffer.from(hex, 'hex')),
    result: BigInt(section('result')),
  };
};
