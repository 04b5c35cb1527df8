// docs/conformance.md is this table: which conformance programs run where, and why the others do
// not.
import {existsSync, readdirSync, readFileSync} from 'node:fs';
import {expect, test} from 'vitest';
import {assemble} from './text/assemble.ts';
import {checkProgram} from './verify/check-program.ts';
import {parseConformance} from './text/conformance-file.ts';
import {isas} from './word/isa.ts';

const folder = new URL('../../../shared/fixtures/conformance/', import.meta.url);
const files = existsSync(folder)
  ? readdirSync(folder)
      .filter((file) => file.endsWith('.data'))
      .sort()
  : [];

/**
 * What an instruction set refuses of one case, without its name, place and numbers; null if it
 * takes it.
 */
const refusal = (file: string, isa: (typeof isas)[number]): string | null => {
  try {
    checkProgram(
      assemble(parseConformance(readFileSync(new URL(file, folder), 'utf8')).asm, {
        name: file,
        type: 'xdp',
      }),
      isa,
    );
    return null;
  } catch (error) {
    return (error as Error).message.replace(
      /^.*instruction \d+: (.*?)( does not exist.*| -?\d+| are not supported.*)$/,
      '$1',
    );
  }
};

test.skipIf(files.length === 0)(
  'docs/conformance.md (skipped without ../shared/fixtures)',
  async () => {
    const rows = new Map<
      string,
      {readonly marks: readonly string[]; readonly reason: string; readonly names: string[]}
    >();
    for (const file of files) {
      const refusals = isas.map((isa) => refusal(file, isa));
      const marks = refusals.map((reason) => (reason === null ? 'runs' : 'refused'));
      const reason = refusals.find((each) => each !== null) ?? '';
      const key = [reason, ...marks].join('|');
      const row = rows.get(key) ?? {marks, reason, names: []};
      rows.set(key, row);
      row.names.push(file.replace('.data', ''));
    }
    const everywhere = [...rows.values()].find(({reason}) => reason === '');
    const others = [...rows.values()]
      .filter(({reason}) => reason !== '')
      .sort((a, b) => b.names.length - a.names.length || a.reason.localeCompare(b.reason));
    await expect(`# Conformance programs

The ${files.length} programs of bpf_conformance, in the interpreter and as machine code: \
${everywhere?.names.length} run in every variant
with the expected result. The others need what a kernel version does not have, and are refused by
name there; if they run, their result is the expected one, too. v58, rfc1 and their relatives take
what Linux 5.8 took; the other variants are named after their kernels. What no kernel takes runs in
the interpreter only (shifts by more than the width), or nowhere (\`callx\`).

| what it needs | ${isas.join(' | ')} | programs |
| --- | ${isas.map(() => '---').join(' | ')} | --- |
${others
  .map(({marks, reason, names}) => `| ${reason} | ${marks.join(' | ')} | ${names.join(', ')} |`)
  .join('\n')}

Made by \`jit/bpf/conformance-docs.test.ts\`; \`npx vitest run jit/bpf/conformance-docs -u\` writes it again.
`).toMatchFileSnapshot('../../docs/conformance.md');
  },
);
