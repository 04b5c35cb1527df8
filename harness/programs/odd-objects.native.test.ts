// Odd objects through libbpf: what is refused has a reason, and nothing is missing from a report.
import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, expect, test} from 'vitest';
import {readElf} from '../../jit/bpf/object/elf-file.ts';
import {elfBytes, elfHeader, sectionHeader} from '../../jit/elf/fields.ts';
import {runCli} from '../cli.ts';
import {recordingIo} from '../testing/captured-io.ts';
import {askKernel} from './kernel-answer.ts';
import {kernelLoader} from './kernel.ts';

const objects = join(import.meta.dirname, '..', '..', 'jit', 'bpf', 'testdata');
const whole = readFileSync(join(objects, 'tc_b2b.v3.O2.o'));
const loader = await kernelLoader();
const cannot =
  'missing' in loader
    ? loader.missing
    : askKernel(loader.path, {what: 'object', bytes: whole}).programs.length === 0
      ? 'the kernel loads no program here'
      : null;
const skipped = cannot === null ? '' : ` (skipped: ${cannot})`;
const cwd = mkdtempSync(join(tmpdir(), 'jitstat-odd-'));
afterAll(() => rmSync(cwd, {recursive: true}));

/** The place of a section's header in the object. */
const headerOf = (name: string): number =>
  Number(whole.readBigUInt64LE(elfHeader.sectionHeaders.offset)) +
  readElf(whole, '').sections.findIndex((section) => section.name === name) *
    elfBytes.sectionHeader;

/** The refusals of the changed object in a report that has another one as well. */
const refusals = async (change: (bytes: Buffer) => void) => {
  const bytes = Buffer.from(whole);
  change(bytes);
  writeFileSync(join(cwd, 'whole.o'), whole);
  writeFileSync(join(cwd, 'odd.o'), bytes);
  const io = recordingIo({cwd});
  const argv = ['size', '.', '--loader', 'libbpf', '--before', 'v510', '--after', 'v618'];
  expect(await runCli(io, [...argv, '--json', '--no-cache', '--quiet'])).toBe(0);
  const {refusals: found} = JSON.parse(io.stdout()) as {
    refusals: readonly {readonly program: string; readonly reason: string}[];
  };
  return found.map(({program, reason}) => `${program}: ${reason}`);
};

test.skipIf(cannot !== null)(`an object without programs is refused${skipped}`, async () => {
  const isCode = ['.text', 'tc'].map((name) => headerOf(name) + sectionHeader.flags.offset);
  const found = await refusals((bytes) => isCode.forEach((at) => bytes.writeBigUInt64LE(2n, at)));
  expect(found).toEqual([': there is no program in it']);
});

test.skipIf(cannot !== null)(`a reason ends before the statistics${skipped}`, async () => {
  const ext = Number(whole.readBigUInt64LE(headerOf('.BTF.ext') + sectionHeader.offset.offset));
  // After the header: the size of a record, the section and its count; then place and type.
  const type = ext + whole.readUInt32LE(ext + 4) + whole.readUInt32LE(ext + 8) + 4 + 8 + 4;
  const found = await refusals((bytes) => {
    for (let record = 0; record < 2; record++) bytes.writeUInt32LE(9999, type + record * 8);
  });
  expect(found.length).toBeGreaterThan(0);
  expect(found.join()).not.toMatch(/verification time|processed/);
});

// The kernel takes no such name.
test.skipIf(cannot !== null)(`names are UTF-8${skipped}`, async () => {
  const found = await refusals((bytes) => {
    bytes.write('l\u00e9\u00f1', bytes.lastIndexOf('leaf2\0'));
  });
  expect(found.map((one) => one.split(':')[0])).toEqual(['l\u00e9\u00f1']);
});
