// Two objects under one variant: exact counts, slices, sizes, the running kernel, and whether both
// programs return the same.
import {copyFileSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {listSessions, loadSession} from '../../results/store/index.ts';
import type {Comparison} from '../../results/types.ts';
import {packageFile} from '../../workloads/package-file.ts';
import {runCli} from '../cli.ts';
import {noCompiler, noPerf, noValgrind, recordingIo} from '../testing/captured-io.ts';
import {bpfRefused} from '../testing/bpf-allowed.ts';

const root = mkdtempSync(join(tmpdir(), 'jitstat-change-'));
afterAll(() => rmSync(root, {recursive: true, force: true}));

const store = join(root, 'store');

beforeAll(() => {
  const load = 'r6 = r1; r0 = 0; r2 = *(u32 *)(r6 + 0); r0 += r2';
  writeFileSync(join(root, 'old.s'), `${load}; r0 += r2; r0 -= r2; exit`);
  writeFileSync(join(root, 'new.s'), `${load}; exit`);
  writeFileSync(join(root, 'other.s'), 'r0 = 1; exit');
  for (const name of ['by_protocol.bpf.o', 'by_protocol.scenario.json'])
    copyFileSync(packageFile(`workloads/examples/${name}`), join(root, name));
  copyFileSync(packageFile('workloads/examples/by_protocol.bpf.o'), join(root, 'copy.bpf.o'));
});

const compare = async (before: string, after: string, ...more: readonly string[]) => {
  const io = recordingIo({cwd: root, env: {...process.env, JITSTAT_STORE: store}});
  const programs = ['--before-program', before, '--after-program', after];
  const options = ['--seed', '7', '--no-report', '--json'];
  const code = await runCli(io, ['ab', ...programs, ...options, ...more]);
  expect(code, io.stderr()).toBe(0);
  return {comparison: JSON.parse(io.stdout()) as Comparison, err: io.stderr()};
};

const finding = ({findings}: Comparison, code: string) => findings.find((one) => one.code === code);
const change = ({rows}: Comparison, event: string) => {
  const row = rows.find((one) => one.event === event)!;
  return row.after.mean! - row.before.mean!;
};

const noBpf = await bpfRefused();
const noKernel = noBpf ?? noPerf;

describe.skipIf(noCompiler !== null)(
  `a change of the program${noCompiler === null ? '' : ` (skipped: ${noCompiler})`}`,
  () => {
    test.skipIf(noValgrind !== null)(
      `exact counts${noValgrind === null ? '' : ` (skipped: ${noValgrind})`}`,
      async () => {
        const {comparison, err} = await compare(
          ...(['old.s', 'new.s', '--variant', 'v58', '--source', 'callgrind'] as const),
        );
        expect(err).toContain('both programs play packet tcp4 (a TCP SYN over IPv4, 60 bytes)');
        expect(comparison).toMatchObject({
          before: {program: 'old.s', variant: 'v58', workload: 'old -> new (v58)'},
          after: {program: 'new.s', variant: 'v58', workload: 'old -> new (v58)'},
          sameImage: false,
        });
        // Two additions of a register: three bytes each.
        expect(change(comparison, 'callgrind/instructions/')).toBe(-2);
        expect(change(comparison, 'image/bytes/')).toBe(-6);
        expect(finding(comparison, 'program-change')?.text).toContain(
          'old.s -> new.s, 7 -> 5 BPF instructions; both played packet tcp4',
        );
        expect(finding(comparison, 'program-change')?.text).toMatch(/and returned 60\.$/);
        expect(finding(comparison, 'program-returns')).toBeUndefined();
        expect(finding(comparison, 'predicted')).toBeUndefined();
      },
    );

    test('slices, by another packet; different return values are said', async () => {
      const {comparison, err} = await compare(
        ...(['old.s', 'other.s', '--variant', 'rfc1', '--packet', 'udp6'] as const),
        '--design',
        'slices',
        '--time',
        '1',
        '--no-aa',
      );
      expect(err).toBe('');
      expect(comparison.rows[0]).toMatchObject({event: 'slices/ns-per-execution/', primary: true});
      expect(comparison.slices!.processes).toBeGreaterThanOrEqual(2);
      expect(comparison.rows.map(({event}) => event)).toContain('image/bytes/');
      expect(finding(comparison, 'program-returns')?.text).toContain('run 80 -> 1');
    });

    test.skipIf(noBpf !== null)(
      `slices of the running kernel${noBpf === null ? '' : ` (skipped: ${noBpf})`}`,
      async () => {
        const {comparison} = await compare(
          ...(['old.s', 'new.s', '--variant', 'kernel', '--design', 'slices'] as const),
          '--time',
          '1',
          '--no-aa',
        );
        const [row] = comparison.rows;
        expect(row).toMatchObject({event: 'slices/ns-per-execution/', primary: true});
        const {overPlacements, perPlacement, spread, sliceNs, parts} = comparison.slices!;
        expect(sliceNs).toBeGreaterThan(5000);
        expect(overPlacements.low).toBeLessThanOrEqual(overPlacements.ratio);
        expect(perPlacement.halfWidth).toBeGreaterThan(0);
        expect(spread.low).toBeLessThanOrEqual(spread.high);
        expect(Object.keys(parts)).toEqual(['slice', 'placement', 'process']);
        expect(finding(comparison, 'slices-answers')).toBeDefined();
      },
    );

    test('objects: a scenario next to either is for both, and a copy is the same code', async () => {
      const {comparison, err} = await compare(
        ...(['by_protocol.bpf.o', 'copy.bpf.o', '--variant', 'v618'] as const),
        '--design',
        'slices',
        '--time',
        '1',
        '--no-aa',
      );
      expect(err).toContain('both programs play scenario by_protocol.scenario.json');
      expect(comparison.sameImage).toBe(true);
      expect(comparison.rows.every(({verdict}) => verdict === 'equal')).toBe(true);
    });

    test('of an object with several programs, the one that is named runs', async () => {
      const {comparison} = await compare(
        ...(['by_protocol.bpf.o', 'copy.bpf.o', '--program', 'drop', '--packet', 'arp'] as const),
        '--design',
        'slices',
        '--time',
        '1',
        '--no-aa',
      );
      expect(finding(comparison, 'program-change')?.text).toMatch(
        /packet arp .* and returned 1\.$/,
      );
    });

    test.skipIf(noKernel !== null)(
      `the running kernel${noKernel === null ? '' : ` (skipped: ${noKernel})`}`,
      async () => {
        const {comparison} = await compare(
          ...(['old.s', 'new.s', '--variant', 'kernel', '-r', '8', '--repeat', '1000'] as const),
          '--no-aa',
          '--packet',
          'vlan',
        );
        expect(change(comparison, 'image/bytes/')).toBe(-6);
        expect(comparison.rows.map(({event}) => event)).toContain('task-clock');
        const {text} = finding(comparison, 'program-change')!;
        expect(text).toContain('under kernel: old.s -> new.s');
        const {id} = listSessions(store).entries.at(-1)!;
        const {session} = await loadSession(store, id);
        const {commands, workload} = session;
        expect(workload).toBe('old -> new (kernel)');
        expect(commands['again']).toEqual(
          expect.arrayContaining(['--before-program', 'old.s', '--variant', 'kernel', '--packet']),
        );
      },
    );
  },
);
