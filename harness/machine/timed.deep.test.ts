// Time on kernel builds, with everything but KVM itself: the probe, the pair on one core of which one
// stands still, boots as a factor, host perf on the thread of the virtual CPU. The machines are
// emulated, so no time may be a verdict.
import {mkdtempSync, readFileSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {setTimeout as sleep} from 'node:timers/promises';
import {describe, expect, test} from 'vitest';
import type {Comparison} from '../../results/types.ts';
import {findWorkload} from '../../workloads/list/index.ts';
import {runCli} from '../cli.ts';
import {onOneCore} from '../measure/one-core.ts';
import {findPerf} from '../perf/perf.ts';
import {prepareKernelJob} from '../shim/kernel-job.ts';
import {noPerf, recordingIo} from '../testing/captured-io.ts';
import {debianKernels, noDebianKernels} from '../testing/debian-kernels.ts';
import {accelerator, firmwareAnswers} from './accelerator.ts';
import {playJob} from './count-workload.ts';
import {guestInitramfs} from './guest.ts';
import {readKernelSide, setupOf} from './kernel-side.ts';
import {startMachine} from './machine.ts';
import {countThread, vcpuThread} from './vcpu-counts.ts';

const title = noDebianKernels === null ? '' : ` (skipped: ${noDebianKernels})`;
const kernel = `kernel:${debianKernels?.v61}`;
const plain = {append: '', cpuModel: null, qemuOptions: []};

/** Field `n` of /proc/PID/stat, counted from 1; the name in brackets may hold blanks. */
const statField = (pid: number, n: number): string =>
  readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ')[n - 3];
const cpuTicks = (pid: number): number => Number(statField(pid, 14)) + Number(statField(pid, 15));

describe.skipIf(noDebianKernels !== null)(`time of kernel builds${title}`, () => {
  test('the probe hears the firmware, and does not wait for ever', async () => {
    expect(await firmwareAnswers('tcg', 300_000)).toBe(true);
    expect(await firmwareAnswers('tcg', 1)).toBe(false);
  });

  test('a machine keeps to one core, stands still, goes on; perf counts its virtual CPU', async (context) => {
    const setup = {...setupOf(readKernelSide(kernel, '/', plain), null), prefix: onOneCore()};
    const machine = await startMachine(setup, await guestInitramfs('x86_64'));
    try {
      const [, , core] = onOneCore();
      const status = readFileSync(`/proc/${vcpuThread(machine.pid)}/status`, 'utf8');
      expect(status).toMatch(new RegExp(`^Cpus_allowed_list:\\s*${core}$`, 'm'));

      machine.pause();
      await expect.poll(() => statField(machine.pid, 3), {timeout: 60_000}).toBe('T');
      const before = cpuTicks(machine.pid);
      const workload = findWorkload('empty');
      const {job} = prepareKernelJob({workload, repeat: 1000});
      let answered = false;
      const playing = playJob(machine, workload, job).finally(() => (answered = true));
      await sleep(1000);
      expect([answered, cpuTicks(machine.pid)]).toEqual([false, before]);
      machine.resume();
      const {runs} = await playing;
      expect(runs.map(({executions}) => executions)).toEqual([1000]);

      if (noPerf !== null) return context.skip(`skipped: ${noPerf}`);
      const events = ['task-clock', 'no-such-event'];
      const perf = await findPerf(process.env);
      const thread = vcpuThread(machine.pid);
      const play = () => playJob(machine, workload, job);
      const counted = await countThread(perf, thread, ['task-clock'], play);
      expect(counted.value.status).toBe('ok');
      expect(counted.counts.get('task-clock')).toBeGreaterThan(0);
      const refused = await countThread(perf, thread, events, play);
      expect([refused.value.status, refused.counts.size]).toEqual(['ok', 0]);
    } finally {
      await machine.end();
    }
  });

  test('a session boots both builds twice; emulated time is shown and never a verdict', async (context) => {
    if ((await accelerator('x86_64')) === 'kvm') return context.skip('skipped: KVM boots here');
    const store = mkdtempSync(join(tmpdir(), 'jitstat-timed-'));
    try {
      const io = recordingIo({});
      const sides = ['--before', kernel, '--after', kernel, '--append-after', 'nokaslr'];
      const timed = ['--source', 'perf', '--boots', '2', '-r', '8', '--store', store, '--json'];
      expect(await runCli(io, ['ab', 'empty', ...sides, ...timed]), io.stderr()).toBe(0);
      expect(io.stderr().match(/^jitstat: boot \d of 2 timed$/gm)?.length).toBe(2);
      const {rows, quads, findings} = JSON.parse(io.stdout()) as Comparison;
      expect(quads).toBe(4);
      expect(rows.length).toBe(1);
      expect(rows[0]).toMatchObject({
        event: 'ns-per-execution',
        verdict: 'unsettled',
        reason: 'the machines are emulated: no time is a verdict',
        before: {n: 8},
        after: {n: 8},
      });
      expect(rows[0].before.mean).toBeGreaterThan(1);
      expect(findings.map(({code}) => code)).toEqual(['emulated-time', 'boots']);
    } finally {
      rmSync(store, {recursive: true, force: true});
    }
  }, 1_200_000);
});
