// The table of hyperfine's and poop's options in docs/comparing-commands.md: what its last column
// says is run.
import {mkdtempSync, readFileSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, describe, expect, test} from 'vitest';
import {runCli} from '../cli.ts';
import {
  commandOptionTable,
  severalOptionTable,
  spelledOtherwise,
} from '../measure/command-option-table.ts';
import {noPerf, recordingIo} from '../testing/captured-io.ts';

const root = mkdtempSync(join(tmpdir(), 'jitstat-names-'));
afterAll(() => rmSync(root, {recursive: true, force: true}));

const page = readFileSync(new URL('../../docs/comparing-commands.md', import.meta.url), 'utf8');

/** The last cells of the rows: a line in backquotes, and the answer to it in italics. */
const rows = [...page.matchAll(/^\|.*\| `(ab .*)`(?: \*(.+)\*)? \|$/gm)].map(
  ([, line, answer]) => [line.replaceAll('\\|', '|'), answer ?? null] as const,
);

/** Splits words as a shell does, with single quotes. */
const words = (line: string): readonly string[] =>
  [...line.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain);

test('the table has a row for every option of commands, and for every other spelling', () => {
  expect(rows.length).toBeGreaterThan(30);
  const named = ['separator', 'no-shell'];
  for (const name of Object.keys({...commandOptionTable, ...severalOptionTable}))
    if (!named.includes(name)) expect(page, name).toContain(`--${name}`);
  const tried = rows.map(([line]) => line).join('\n');
  for (const name of Object.keys(spelledOtherwise))
    if (!['--reference-name', '--duration', '--allow-failures', '--time-unit'].includes(name))
      expect(tried, name).toContain(`${name} `);
});

describe.skipIf(noPerf !== null)(
  `names of options${noPerf === null ? '' : ` (skipped: ${noPerf})`}`,
  () => {
    test.each(rows)('%s', async (line, answer) => {
      const env = {...process.env, JITSTAT_STORE: join(root, 'store')};
      const io = recordingIo({cwd: root, env});
      const code = await runCli(io, words(line));
      const err = io.stderr();
      if (answer === null) {
        expect(code, err).toBe(0);
        expect(io.stdout()).toContain('session: ');
      } else {
        expect(code, err).toBe(2);
        expect(err).toContain(answer);
        expect(err).toMatch(/^jitstat: .+\n {2}hint: .+\n$/);
        expect(io.stdout()).toBe('');
      }
    });
  },
);
