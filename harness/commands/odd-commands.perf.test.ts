// Commands and hosts that go wrong: the message names the real cause, with one hint and exit 2.
import {chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, describe, expect, test} from 'vitest';
import {runCli} from '../cli.ts';
import {noPerf, recordingIo} from '../testing/captured-io.ts';

const folder = mkdtempSync(join(tmpdir(), 'jitstat-odd-'));
afterAll(() => rmSync(folder, {recursive: true, force: true}));
const file = (name: string, text: string, mode: number): void => {
  writeFileSync(join(folder, name), text);
  chmodSync(join(folder, name), mode);
};
file('no-interpreter', '#!/nonexistent/interpreter\n', 0o755);
file('text', 'text\n', 0o644);
file('no-magic', 'exit 0\n', 0o755);

const ab = async (before: readonly string[], options: readonly string[] = []) => {
  const io = recordingIo({cwd: folder, env: {...process.env, JITSTAT_STORE: ''}});
  const size = '-r 2 --runs-per-block 1 --warmup 0 --no-aa --no-report'.split(' ');
  const events = ['--events', 'task-clock'];
  const argv = ['ab', ...size, ...events, ...options, '--', ...before, '--', 'true'];
  return {code: await runCli(io, argv), out: io.stdout(), err: io.stderr()};
};

const sh = (script: string): readonly string[] => ['sh', '-c', script];

// prettier-ignore
const wrong: readonly (readonly [argv: readonly string[], message: RegExp, hint: RegExp])[] = [
  [['/nonexistent'], /'\/nonexistent' cannot be run: no such file/, /path/],
  [['no-such-program'], /no such program in PATH/, /\.\/no-such-program/],
  [['ls -l'], /'ls -l' is one word/, /Leave the quotes out: ls -l;/],
  [['ls -l', '/tmp'], /'ls -l' is one word/, /ls -l \/tmp/],
  [[''], /name is empty/, /after --/],
  [['./'], /is a folder/, /./],
  [['./text'], /not executable/, /chmod/],
  [['./no-interpreter'], /cannot be run: No such file/, /interpreter/],
  [sh('sleep 0.3; kill -KILL $$'), /first run .* was killed \(Killed\)/, /--ignore-failure/],
  [sh('sleep 0.3; sh -c "kill -SEGV \\$\\$"; exit 139'), /exit code 139, .* SIGSEGV/, /./],
  [sh('sleep 0.3; echo the reason >&2; exit 3'), /exit code 3; it said: the reason\./, /Fix/],
];

describe.skipIf(noPerf !== null)(
  `odd commands${noPerf === null ? '' : ` (skipped: ${noPerf})`}`,
  () => {
    test('an event that perf does not know is named', async () => {
      const {code, err} = await ab(['true'], ['--events', 'nosuchevent']);
      expect([code, err]).toEqual([
        2,
        "jitstat: perf does not know the event 'nosuchevent'.\n" +
          '  hint: perf list names those of this host.\n',
      ]);
    });

    test.each(wrong)('%j', async (argv, message, hint) => {
      const {code, out, err} = await ab(argv);
      expect({code, out}, err).toEqual({code: 2, out: ''});
      const lines = err.trimEnd().split('\n');
      expect(lines).toHaveLength(2);
      expect(lines[0]).toMatch(message);
      expect(lines[1]).toMatch(hint);
    });

    test.each([
      [sh('sleep 1000 & exit 0'), /leaves processes in the background/],
      [sh('head -c 20000000 /dev/zero >&2'), /^$/],
      [sh('yes words | head -c 20000000 >&2'), /^$/],
      [['./no-magic'], /^$/],
    ])('%j is measured', async (argv, said) => {
      const {code, err} = await ab(argv);
      expect(code, err).toBe(0);
      expect(err).toMatch(said);
      expect(err.split('\n').length).toBeLessThanOrEqual(2);
    });

    test.each([
      ['/nonexistent', /\/nonexistent, cannot be used: there is no such file or folder/],
      ['/proc', /\/proc, cannot be used/],
      [join(folder, 'text'), /text, cannot be used: a part of the path is not a folder/],
      [`/${'x'.repeat(300)}`, /cannot be used: the name is too long/],
    ])('TMPDIR=%s', async (place, message) => {
      const before = process.env['TMPDIR'];
      process.env['TMPDIR'] = place;
      try {
        const {code, err} = await ab(['true']);
        expect(code).toBe(2);
        expect(err).toMatch(message);
        expect(err).toMatch(/hint: .*TMPDIR/);
      } finally {
        if (before === undefined) delete process.env['TMPDIR'];
        else process.env['TMPDIR'] = before;
      }
    });

    test.each(['x'.repeat(300), `${'y/'.repeat(2100)}z`])(
      'a store of a long name',
      async (store) => {
        const {code, err} = await ab(['true'], ['--store', store]);
        expect(code).toBe(2);
        expect(err).toMatch(/the name is too long/);
        expect(err.split('\n')).toHaveLength(3);
      },
    );

    const quick = '-r 4 --runs-per-block 2 --warmup 0 --no-aa --no-report'.split(' ');
    const jitstat = async (...argv: readonly string[]) => {
      const io = recordingIo({cwd: folder, env: {...process.env, JITSTAT_STORE: ''}});
      return {code: await runCli(io, argv), out: io.stdout(), err: io.stderr()};
    };

    test('one quad of one name: the history says why it has no series', async () => {
      const store = join(folder, 'one-quad');
      await jitstat('ab', ...quick, '--store', store, '--', 'true', '--', 'true');
      const {code, err} = await jitstat('history', '--all', '--store', store);
      expect(code).toBe(2);
      expect(err).toMatch(
        /no series: both of its sides have one name, and one quad gives no ratio/,
      );
      expect(err).toMatch(/hint: Measure more quads/);
    });

    test.each([
      [['--format', 'csv'], /^(?!.*session:)/s, /^session: /],
      [['-q'], /^(?!.*session:)/s, /^$/],
      [['-q', '--format', 'benchfmt'], /^(?!.*session:)/s, /^$/],
      [[], /\nsession: \S+\n$/, /^$/],
    ])('ab %j: the session is named unless stdout is a document', async (options, out, err) => {
      const argv = ['ab', ...quick, '--store', join(folder, 'named'), ...options];
      const said = await jitstat(...argv, '--', 'true', '--', 'true');
      expect(said.code).toBe(0);
      expect(said.out).toMatch(out);
      expect(said.err).toMatch(err);
    });

    test('a journal under another name is not resumed', async () => {
      const store = join(folder, 'renamed');
      mkdirSync(join(store, 'journals'), {recursive: true});
      const header = {schema: 'jitstat/journal/1', id: '20260101-000000000-aaaa'};
      writeFileSync(join(store, 'journals', 'other.ndjson'), `${JSON.stringify(header)}\n`);
      const {code, err} = await jitstat('ab', '--resume', '--store', store);
      expect(code).toBe(2);
      expect(err).toMatch(/other\.ndjson/);
      expect(err).toMatch(/Nothing to resume/);
    });
  },
);
