import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import fc from 'fast-check';
import {afterAll, describe, expect, test} from 'vitest';
import {loadUserWorkload} from './load.ts';

const folder = mkdtempSync(join(tmpdir(), 'jitstat-user-'));
afterAll(() => rmSync(folder, {recursive: true}));

const write = (name: string, contents: string | Uint8Array): string => {
  const path = join(folder, name);
  writeFileSync(path, contents);
  return path;
};

const examples = new URL('../examples/', import.meta.url).pathname;

describe('examples', () => {
  test('assembly text with the scenario next to it', () => {
    const workload = loadUserWorkload(join(examples, 'two_stage.s'));
    expect(workload).toMatchObject({name: 'two_stage', type: 'sched_cls', entry: 'entry'});
    expect(workload.programs.map(({name}) => name)).toEqual(['entry', 'second_stage']);
    expect(workload.packets['arp']).toHaveLength(84);
  });

  test.each(['__proto__', 'constructor', 'toString'])('a packet named %s', (name) => {
    write(
      `${name}.scenario.json`,
      `{"schema":"jitstat/scenario/1","packets":{"${name}":"${'00'.repeat(64)}"},` +
        `"steps":[{"op":"run","label":"r","packet":"${name}"}]}`,
    );
    const workload = loadUserWorkload(write(`${name}.s`, 'r0 = 0; exit'));
    expect(Object.keys(workload.packets)).toEqual([name]);
  });

  test('a clang-built object', () => {
    const workload = loadUserWorkload(join(examples, 'by_protocol.bpf.o'));
    expect(workload).toMatchObject({name: 'by_protocol', type: 'xdp', entry: 'entry'});
    expect(workload.maps.map(({name, type}) => `${type} ${name}`)).toEqual([
      'array .bss',
      'prog_array handlers',
    ]);
  });

  test('an object without a scenario runs its only program on zeros', () => {
    const workload = loadUserWorkload(write('alone.s', 'r0 = 7; exit'));
    expect(workload.scenario).toEqual([
      {op: 'run', label: 'run', packet: 'zeros', expect: {retval: null}},
    ]);
    expect(workload.entry).toBe('alone');
  });
});

const text = '.program entry\nr0 = 0; exit\n.program other\nr0 = 1; exit';
const packets = {p: '00'.repeat(64)};
const run = {op: 'run', label: 'r', packet: 'p', expect: {retval: 0}};
const maps = [
  {name: 'jumps', type: 'prog_array', keyBytes: 4, valueBytes: 4, maxEntries: 2},
  {name: 'words', type: 'array', keyBytes: 4, valueBytes: 8, maxEntries: 1},
];
const scenario = (more: object, steps: readonly object[] = [run]): string =>
  JSON.stringify({schema: 'jitstat/scenario/1', packets, maps, steps, ...more});

describe('an error in a scenario is reported with its place and a hint', () => {
  test.each([
    ['not JSON', '{', /bad\.json is not JSON: /],
    ['no schema', '{"packets": {}, "steps": []}', /schema: is missing/],
    [
      'another schema',
      scenario({schema: 'x/1'}),
      /schema: must be one of jitstat\/scenario\/1, not "x\/1"/,
    ],
    ['a list instead of an object', '[]', /must be an object, not a list/],
    [
      'a packet twice',
      scenario({}).replace('"steps"', '"packets": {}, "steps"'),
      /packets: this key occurs twice/,
    ],
    [
      'a packet that is a list',
      scenario({packets: {p: []}}),
      /packets\.p: must be a string of hex digits/,
    ],
    ['an unknown key', scenario({packet: {}}), /packet: there is no such key here/],
    [
      'an unknown step',
      scenario({}, [{op: 'ran'}]),
      /steps\[0\]\.op: must be one of update, delete, set, run, expect, not "ran"/,
    ],
    [
      'a step that is not an object',
      scenario({}, [7 as unknown as object]),
      /steps\[0\]: must be one of/,
    ],
    [
      'a step without its packet',
      scenario({}, [{op: 'run', label: 'r'}]),
      /steps\[0\]\.packet: is missing/,
    ],
    [
      'an unknown packet',
      scenario({}, [{...run, packet: 'q'}]),
      /steps\[0\]\.packet: there is no packet 'q'/,
    ],
    ['a label twice', scenario({}, [run, run]), /steps\[1\]\.label: two runs are called 'r'/],
    ['no run', scenario({}, []), /steps: there is no run/],
    ['odd hex', scenario({packets: {p: '123'}}), /packets\.p: an odd number/],
    ['no hex', scenario({packets: {p: 'zz'}}), /packets\.p: 'z' is not a hex digit/],
    [
      'a short packet',
      scenario({packets: {p: '00'.repeat(13)}}),
      /packets\.p: 13 bytes are less than/,
    ],
    [
      'a long packet',
      scenario({packets: {p: '00'.repeat(3521)}}),
      /packets\.p: 3521 bytes are more than the 3520/,
    ],
    [
      'an unknown program',
      scenario({}, [{op: 'update', map: 'jumps', key: 0, program: 'gone'}, run]),
      /steps\[0\]\.program: there is no program 'gone'/,
    ],
    [
      'an unknown map',
      scenario({}, [{op: 'update', map: 'jump', key: 0, program: 'other'}, run]),
      /steps\[0\]\.map: there is no map 'jump'/,
    ],
    [
      'a slot beyond the map',
      scenario({}, [{op: 'update', map: 'jumps', key: 2, program: 'other'}, run]),
      /steps\[0\]\.key: jumps has 2 entries/,
    ],
    [
      'an update of an array',
      scenario({}, [{op: 'update', map: 'words', key: 0, program: 'other'}, run]),
      /steps\[0\]\.map: an update needs a map of type prog_array/,
    ],
    [
      'a value beyond the element',
      scenario({}, [{op: 'set', map: 'words', key: 0, offset: 6, value: '00000000'}, run]),
      /steps\[0\]\.offset: 4 bytes at 6 go beyond/,
    ],
    [
      'flags without a dissector',
      scenario({}, [{...run, flags: 1}]),
      /steps\[0\]\.flags: only a flow dissector/,
    ],
    ['an unknown entry', scenario({entry: 'main'}), /entry: there is no program 'main'/],
    [
      'a return value out of range',
      scenario({}, [{...run, expect: {retval: 2 ** 32}}]),
      /steps\[0\]\.expect\.retval: must be a whole number/,
    ],
  ])('%s', (_, document, message) => {
    const object = write('bad.s', text);
    const file = write('bad.json', document);
    expect(() => loadUserWorkload(object, {scenario: file})).toThrow(
      expect.objectContaining({
        name: 'Refusal',
        message: expect.stringMatching(message),
        hint: expect.stringMatching(/./),
      }),
    );
  });
});

describe('an object that is wrong', () => {
  test.each([
    [
      'missing',
      () => loadUserWorkload(join(folder, 'gone.bpf.o')),
      /gone\.bpf\.o cannot be read: there is no such file/,
    ],
    ['a folder', () => loadUserWorkload(folder), /cannot be read: it is a folder/],
    [
      'neither ELF nor text',
      () => loadUserWorkload(write('noise.o', Buffer.from([1, 0, 2, 0]))),
      /neither a BPF object nor text/,
    ],
    ['empty', () => loadUserWorkload(write('empty.o', '')), /empty\.o: the file is empty/],
    ['an archive', () => loadUserWorkload(write('lib.a', '!<arch>\n')), /this is an archive/],
    ['a thin archive', () => loadUserWorkload(write('t.a', '!<thin>\n')), /a thin archive/],
    [
      'bitcode',
      () => loadUserWorkload(write('lto.o', Buffer.from('BC\xc0\xde\x35', 'latin1'))),
      /this is LLVM bitcode, not a BPF object/,
    ],
    [
      'compressed',
      () => loadUserWorkload(write('x.o.gz', Buffer.from('\x1f\x8b\x08', 'latin1'))),
      /this is a compressed file/,
    ],
    [
      'ELF cut short',
      () => loadUserWorkload(write('cut.bpf.o', Buffer.from('\x7fELF\x02\x01\x01', 'latin1'))),
      /cut\.bpf\.o/,
    ],
    [
      '34 programs',
      () =>
        loadUserWorkload(
          write(
            'many.s',
            Array.from(
              {length: 34},
              (_, i) => `.program ${i === 0 ? 'entry' : `p${i}`}\nr0 = 0; exit`,
            ).join('\n'),
          ),
        ),
      /34 programs are more than 33/,
    ],
    [
      'a map too big',
      () =>
        loadUserWorkload(write('big.s', text), {
          scenario: write('big.json', scenario({maps: [{...maps[1], maxEntries: 2 ** 24}]})),
        }),
      /map words takes 201326592 bytes/,
    ],
    [
      'several programs and no entry',
      () => loadUserWorkload(write('two.s', text.replace('entry', 'first'))),
      /must say which program to run/,
    ],
  ])('%s', (_, load, message) => {
    expect(load).toThrow(
      expect.objectContaining({name: 'Refusal', message: expect.stringMatching(message)}),
    );
  });
});

test('a mutated scenario is accepted or refused by name', () => {
  const document = JSON.parse(
    readFileSync(join(examples, 'two_stage.scenario.json'), 'utf8'),
  ) as object;
  const object = join(examples, 'two_stage.s');
  fc.assert(
    fc.property(fc.nat(), fc.jsonValue({maxDepth: 2}), fc.boolean(), (place, value, remove) => {
      const file = write('mutated.json', JSON.stringify(mutate(document, place, value, remove)));
      try {
        loadUserWorkload(object, {scenario: file});
      } catch (error) {
        expect((error as Error).name).toBe('Refusal');
      }
    }),
    {numRuns: 500, seed: 2020},
  );
});

/** The document with the value at one of its places replaced or removed. */
const mutate = (document: unknown, place: number, value: unknown, remove: boolean): unknown => {
  const copy = structuredClone(document);
  const places: (readonly [owner: Record<string, unknown>, key: string])[] = [];
  const collect = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return;
    for (const key of Object.keys(node)) {
      places.push([node as Record<string, unknown>, key]);
      collect((node as Record<string, unknown>)[key]);
    }
  };
  collect(copy);
  const [owner, key] = places[place % places.length];
  if (remove) delete owner[key];
  else owner[key] = value;
  return copy;
};

test('the documentation quotes the example exactly', () => {
  const page = readFileSync(new URL('../../docs/scenario.md', import.meta.url), 'utf8');
  for (const file of ['two_stage.s', 'two_stage.scenario.json']) {
    expect(page).toContain(`\n${readFileSync(join(examples, file), 'utf8').trimEnd()}\n\`\`\``);
  }
});
