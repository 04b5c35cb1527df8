// For deep tests: an emulated Arm machine with a PMU that counts exactly, in which real perf and
// jitstat itself run.
import {spawn} from 'node:child_process';
import {existsSync, lstatSync, readFileSync, readdirSync, writeFileSync} from 'node:fs';
import {basename, dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';
import type {ArchiveFile} from '../machine/initramfs.ts';
import {initramfs} from '../machine/initramfs.ts';
import type {Shim} from '../shim/build-shim.ts';
import {buildShim} from '../shim/build-shim.ts';
import {armKernel, armNode, armProgram, armUserSpace, withLibraries} from './arm-files.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** A named shell command that runs in the box. */
export type Steps = Readonly<Record<string, string>>;

export interface StepResult {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** In `/counted` of the box, for `box-counted.ts`. */
const shimsInBox = ['user', 'slices'] as const;

const folderMode = 0o40755;
const linkMode = 0o120777;

/**
 * Boots a box in `folder`, runs `steps` in order, and returns the output of each. An instruction
 * takes 2 to the power of `shift` cycles of a nanosecond.
 */
export const runInBox = async (
  folder: string,
  steps: Steps,
  shift: number,
): Promise<ReadonlyMap<string, StepResult>> => {
  const image = armKernel();
  const initrd = join(folder, 'initrd');
  const shims = await Promise.all(shimsInBox.map((name) => buildShim(name, {arch: 'arm64'})));
  writeFileSync(initrd, initramfs(boxFiles(folder, steps, shims)));
  const [port, console] = [join(folder, 'port'), join(folder, 'console.log')];
  const arguments_ = [
    '-M virt -cpu cortex-a72 -smp 1 -m 3072 -nodefaults -no-user-config -display none -no-reboot',
    `-icount shift=${shift},sleep=off`,
    `-serial file:${console} -chardev file,id=port,path=${port}`,
    `-device pci-serial,chardev=port,addr=0x4 -kernel ${image} -initrd ${initrd}`,
  ].join(' ');
  const append = 'console=ttyAMA0 quiet panic=-1 rdinit=/init';
  const child = spawn('qemu-system-aarch64', [...arguments_.split(' '), '-append', append], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const kill = (): void => void child.kill('SIGKILL');
  process.once('exit', kill);
  let stderr = '';
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  await new Promise((resolve) => child.on('close', resolve));
  process.off('exit', kill);
  const results = readResults(existsSync(port) ? readFileSync(port) : Buffer.alloc(0));
  if (results.size === Object.keys(steps).length) return results;
  const log = existsSync(console) ? readFileSync(console, 'latin1').slice(-1000) : '';
  throw new Error(`the box ended after ${results.size} steps: ${stderr}${log}`);
};

/** The output of init: a line `@@ NAME STATUS STDOUT-BYTES STDERR-BYTES`, then both texts. */
const readResults = (bytes: Buffer): ReadonlyMap<string, StepResult> => {
  const results = new Map<string, StepResult>();
  for (let at = 0; at < bytes.length;) {
    const end = bytes.indexOf('\n', at);
    const [, name, ...numbers] = bytes.subarray(at, end).toString().split(' ');
    const [status, out, err] = numbers.map(Number);
    if (end < 0 || !(bytes.length >= end + 1 + out + err)) break;
    const stdout = bytes.subarray(end + 1, end + 1 + out).toString();
    at = end + 1 + out + err;
    results.set(name, {status, stdout, stderr: bytes.subarray(end + 1 + out, at).toString()});
  }
  return results;
};

const init = `#!/bin/busybox sh
/bin/busybox --install -s /bin
export PATH=/bin HOME=/tmp PERF=/bin/perf
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev
mount -t tmpfs tmp /tmp
hostname box
ip link set lo up
stty -F /dev/ttyS0 raw
cd /tmp
for step in /steps/*; do
  sh $step >/tmp/out 2>/tmp/err </dev/null
  status=$?
  { echo "@@ \${step#/steps/??-} $status $(wc -c </tmp/out) $(wc -c </tmp/err)"
    cat /tmp/out /tmp/err; } >/dev/ttyS0
done
poweroff -f
`;

const jitstat = `#!/bin/sh
exec /bin/node /jitstat/dist/harness/main.js "$@"
`;

/** Everything in the box: user space, jitstat, test programs, steps. */
const boxFiles = (folder: string, steps: Steps, shims: readonly Shim[]): readonly ArchiveFile[] => {
  const space = armUserSpace();
  const node = armNode();
  const programs = withLibraries(space, [join(space, 'usr/bin/perf'), node]);
  const text = (name: string, data: string): ArchiveFile => ({name, data: Buffer.from(data)});
  const inBin = ['perf', 'node'];
  return [
    ...['bin', 'lib', 'proc', 'sys', 'dev', 'tmp', 'steps', 'jitstat', 'counted'].map(directory),
    text('init', init),
    {name: 'bin/busybox', data: readFileSync(join(space, 'bin/busybox'))},
    {name: 'bin/sh', data: Buffer.from('busybox'), mode: linkMode},
    text('bin/jitstat', jitstat),
    {name: 'bin/spin', data: armProgram(join(root, 'harness/testing/testdata/spin.c'), folder)},
    ...shims.map(({name, path}) => ({name: `counted/${name}`, data: readFileSync(path)})),
    ...programs.map((path) => ({
      name: `${inBin.includes(basename(path)) ? 'bin' : 'lib'}/${basename(path)}`,
      data: readFileSync(path),
    })),
    ...jitstatFiles(),
    ...Object.entries(steps).map(([name, command], i) =>
      text(`steps/${String(i).padStart(2, '0')}-${name}`, `${command}\n`),
    ),
  ];
};

const directory = (name: string): ArchiveFile => ({
  name,
  data: new Uint8Array(0),
  mode: folderMode,
});

/** The built jitstat with the modules that run without a compiler for another machine. */
const jitstatFiles = (): readonly ArchiveFile[] => {
  const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, {dev?: boolean; optional?: boolean; devOptional?: boolean}>;
  };
  const modules = Object.entries(lock.packages)
    .filter(
      ([path, {dev, optional, devOptional}]) => path !== '' && !dev && !optional && !devOptional,
    )
    .map(([path]) => path);
  return [
    {name: 'jitstat/package.json', data: readFileSync(join(root, 'package.json'))},
    ...[...new Set(modules.map((path) => dirname(path)))]
      .sort()
      .map((path) => directory(`jitstat/${path}`)),
    ...['dist', ...modules].flatMap(filesBelow),
  ];
};

const filesBelow = (path: string): readonly ArchiveFile[] => [
  directory(`jitstat/${path}`),
  ...readdirSync(join(root, path)).flatMap((name) => {
    const inner = join(path, name);
    if (lstatSync(join(root, inner)).isDirectory())
      return name === 'node_modules' ? [] : filesBelow(inner);
    if (/\.(?:map|md|ts|mts|cts)$/.test(name)) return [];
    return [{name: `jitstat/${inner}`, data: readFileSync(join(root, inner))}];
  }),
];
