// Emitters as processes: the examples, and hostile ones, which must leave nothing behind.
import {spawnSync} from 'node:child_process';
import {mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {transformSync} from 'esbuild';
import {afterAll, expect, test} from 'vitest';
import {runCli} from '../cli.ts';
import {recordingIo} from '../testing/captured-io.ts';
import {buildShim} from '../shim/build-shim.ts';
import {askEmitter, askHello} from './ask.ts';
import {checkWorkloads} from './check-emitter.ts';
import {programVariant, shellProgram} from './emitter-side.ts';
import type {EmitterProgram} from './run-emitter.ts';
import {defaultLimits} from './run-emitter.ts';

const folder = mkdtempSync(join(tmpdir(), 'jitstat-emitters-'));
afterAll(() => rmSync(folder, {recursive: true, force: true}));

const examples = fileURLToPath(new URL('examples/', import.meta.url));
const inC = join(folder, 'example');
spawnSync('cc', ['-O2', '-o', inC, join(examples, 'emitter.c')], {stdio: 'inherit'});
const inTypeScript = join(folder, 'emitter.mjs');
writeFileSync(
  inTypeScript,
  transformSync(readFileSync(join(examples, 'emitter.ts'), 'utf8'), {loader: 'ts'}).code,
);

const run = async (...argv: string[]) => {
  const io = recordingIo({cwd: folder});
  return {code: await runCli(io, argv), out: io.stdout(), err: io.stderr()};
};

const program = async (command: string, seconds = 120): Promise<EmitterProgram> => ({
  ...(await shellProgram(command, folder)),
  limits: {...defaultLimits, seconds, outputMib: 4},
});

test.each([
  ['C', inC],
  ['TypeScript', `node ${inTypeScript}`],
])('the example in %s is a side like any variant', async (language, command) => {
  const listing = await run('jit', 'empty', '--variant', `emitter:${command}`);
  expect(listing.err).toBe('');
  expect(listing.out).toContain(`example in ${language}`);
  expect(listing.out).toContain('mov $0x0,%rax');
  expect(listing.out).not.toContain('stack after the prologue');
  const rows = await checkWorkloads(
    programVariant('emitter:x', await program(command), null),
    await buildShim('user'),
  );
  expect(rows.find(({check}) => check === 'empty')).toMatchObject({status: 'ok'});
  expect(rows.filter(({status}) => status === 'broken')).toEqual([]);
});

test('both examples give the same answers', async () => {
  const hex = await Promise.all(
    [inC, `node ${inTypeScript}`].map((each) =>
      run('jit', 'empty', '--hex', '--variant', `emitter:${each}`),
    ),
  );
  expect(hex[0].out).toBe(hex[1].out);
  expect(hex[0].code).toBe(0);
});

test('a batch names emitters and variants side by side; one that fails is an answer', async () => {
  const request = {
    insns: 'b7000000000000009500000000000000',
    functions: [{start: 0, base: '0x50000008', stackDepth: 0}],
    layout: {callBase: '0x41000000'},
  };
  const file = join(folder, 'batch.jsonl');
  const variants = [`emitter:${inC}`, 'v61', 'emitter:false', `emitter:${inC}`, 'tre:x'];
  writeFileSync(
    file,
    variants.map((variant, id) => JSON.stringify({id, variant, ...request})).join('\n'),
  );
  const {code, out} = await run('jit', '--batch', file);
  const answers = out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as {id: number; error?: string; image?: string});
  expect(code).toBe(0);
  expect(answers.map(({id, error}) => [id, error])).toEqual([
    [0, undefined],
    [1, undefined],
    [2, 'emitter-failed'],
    [3, undefined],
    [4, 'unknown-variant'],
  ]);
  expect(answers[0].image).toBe(answers[3].image);
});

const helloLine = `echo '{"emitter":1,"name":"h","arch":"x86_64"}'`;

test.each([
  ['nothing', 'true', /ended without a hello line/],
  ['garbage', 'head -c 1000 /dev/urandom; echo', /first line is not JSON/],
  ['a million lines', 'yes | head -n 1000000', /first line is not JSON/],
  ['gigabytes', 'yes', /wrote more than 4 MiB/],
  ['one endless line', 'cat /dev/zero', /wrote more than 4 MiB/],
  [
    'a huge name',
    `printf '{"emitter":1,"arch":"x86_64","name":"'; yes a | head -c 3000000; echo '"}'`,
    /first line is not JSON|no "name" of 1 to 200/,
  ],
  ['another version', `echo '{"emitter":2,"name":"h","arch":"x86_64"}'`, /says "emitter":2/],
  ['another architecture', `echo '{"emitter":1,"name":"h","arch":"arm64"}'`, /says "arch":"arm64"/],
  ['a missing program', 'no-such-program-here', /cannot be started; it wrote/],
  ['a failure', `${helloLine}; exit 7`, /ended with exit code 7/],
  ['a crash', 'kill -SEGV $$', /was killed by signal 11/],
  ['forks', `${helloLine}; for i in $(seq 300); do sleep 3 & done; wait`, /more than 256/],
  ['more than asked', `${helloLine}; echo '{}'`, /before it was asked anything/],
])('a hostile hello: %s', async (_name, command, message) => {
  const hostile = await program(command);
  expect(() => askHello(hostile)).toThrow(message);
});

test.each([
  ['silence', `${helloLine}; sleep 600`, 1, /did not end within 1 seconds/],
  ['a loop', `${helloLine}; while :; do :; done`, 1, /did not end within 1 seconds|signal 9/],
  ['too few answers', helloLine, 120, /ended before it had answered/],
  ['too many answers', `${helloLine}; cat; echo x; echo y`, 120, /more lines than the 2 requests/],
])('hostile answers: %s', async (_name, command, seconds, message) => {
  const ask = askEmitter(await program(command, seconds));
  const attempt = () => {
    const [first] = ask(['{"id":0}', '{"id":1}']);
    if (first instanceof Error) throw first;
  };
  expect(attempt).toThrow(message);
});

test.each([
  [
    'out of order',
    '{"id":1,"image":"c3","functionLengths":[1],"pokes":[]}',
    'answered id 1 instead of 0',
  ],
  ['of wrong lengths', '{"id":0,"image":"c3","functionLengths":[5],"pokes":[]}', 'function length'],
  [
    'without hex',
    '{"id":0,"image":"zz","functionLengths":[1],"pokes":[]}',
    'an image that is not hex',
  ],
  [
    'with pokes of nothing',
    '{"id":0,"image":"c3","functionLengths":[1],"pokes":[{}]}',
    '1 pokes for 0',
  ],
  [
    'with wrong ends',
    '{"id":0,"image":"c3","functionLengths":[1],"ends":[[9]],"pokes":[]}',
    'ends of',
  ],
  ['that is a list', '[]', 'not a JSON object'],
  ['of escapes', '\u001b[2J', 'not JSON: "\\u001b[2J"'],
])('an answer %s: one message, exit 2', async (name, answer, message) => {
  const file = join(folder, `answer-${name.replaceAll(' ', '-')}`);
  writeFileSync(file, `${answer}\n`);
  const command = `emitter:${helloLine}; while read -r line; do cat ${file}; done`;
  const {code, out, err} = await run('jit', 'empty', '--hex', '--variant', command);
  expect({code, out}).toEqual({code: 2, out: ''});
  expect(err).toMatch(/^jitstat: The emitter [^\n]*\n {2}hint: [^\n]*\n$/);
  expect(err).toContain(message);
});

test('a request that kills its emitter does not take the others with it', async () => {
  const script = 'while read line; do case $line in *bad*) kill -9 $$;; esac; echo "$line"; done';
  const ask = askEmitter(await program(`${helloLine}; ${script}`));
  const answers = ask(['one', 'bad', 'two', 'bad again', 'three']);
  expect(answers.map((each) => (each instanceof Error ? 'error' : each))).toEqual([
    'one',
    'error',
    'two',
    'error',
    'three',
  ]);
});

test('nothing is left running, and nothing is written outside its own folder', async () => {
  const mark = `jitstat-left-${process.pid}`;
  const outside = join(folder, 'outside');
  const command = [
    `setsid sh -c 'exec -a ${mark} sleep 50' & (sh -c 'sleep 50; : ${mark}' &)`,
    `echo x > ${outside}`,
    'echo y > $TMPDIR/own',
    'test "$SECRET_OF_THE_CALLER" = "" || exit 3',
    helloLine,
  ].join('; ');
  process.env['SECRET_OF_THE_CALLER'] = 'x';
  expect(askHello(await program(command)).name).toBe('h');
  delete process.env['SECRET_OF_THE_CALLER'];
  // A killed process is gone only after it was given the CPU once more.
  await expect.poll(() => commandsWith(mark), {timeout: 60_000}).toEqual([]);
  const landlock = /landlock/.test(readSecurityModules());
  if (landlock) expect(readdirSync(folder)).not.toContain('outside');
});

const commandsWith = (words: string): readonly string[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
      } catch {
        return [];
      }
    })
    .filter((command) => command.includes(words));

const readSecurityModules = (): string => {
  try {
    return readFileSync('/sys/kernel/security/lsm', 'utf8');
  } catch {
    return '';
  }
};

test('emitter check exits 2 with one message and one hint if the protocol is not spoken', async () => {
  const {code, err} = await run('emitter', 'check', 'echo hello');
  expect(code).toBe(2);
  expect(err).toMatch(/^jitstat: The emitter's first line is not JSON: "hello"\.\n {2}hint: .*\n$/);
});
