// The host record: what this machine is, read from /proc, /sys and the tools' own versions.
import {createHash} from 'node:crypto';
import {readFileSync} from 'node:fs';
import {cpus, hostname, release} from 'node:os';
import type {HostRecord} from '../../results/types.ts';

/** Reads one small system file; null where it is absent, unreadable or empty. */
export const readSystem = (path: string): string | null => {
  try {
    const text = readFileSync(path, 'utf8').trim();
    return text === '' ? null : text;
  } catch {
    return null;
  }
};

const cpuField = (name: string): string | null =>
  new RegExp(`^${name}\\s*:\\s*(.+)$`, 'm').exec(readSystem('/proc/cpuinfo') ?? '')?.[1] ?? null;

const mitigations = (): string | null => {
  const names = ['spectre_v2', 'retbleed', 'spec_rstack_overflow', 'meltdown', 'mds'];
  const known = names.flatMap((name) => {
    const state = readSystem(`/sys/devices/system/cpu/vulnerabilities/${name}`);
    return state === null ? [] : [`${name}: ${state}`];
  });
  return known.length === 0 ? null : known.join('; ');
};

/** `on`, `off` or null; Intel and the generic driver say it in different files. */
const turbo = (): string | null => {
  const intel = readSystem('/sys/devices/system/cpu/intel_pstate/no_turbo');
  if (intel !== null) return intel === '0' ? 'on' : 'off';
  const boost = readSystem('/sys/devices/system/cpu/cpufreq/boost');
  return boost === null ? null : boost === '1' ? 'on' : 'off';
};

const virtualization = (): string | null => {
  if (!/^flags\s*:.*\bhypervisor\b/m.test(readSystem('/proc/cpuinfo') ?? '')) return null;
  return (
    readSystem('/sys/hypervisor/type') ?? readSystem('/sys/class/dmi/id/sys_vendor') ?? 'hypervisor'
  );
};

/**
 * The record of this host. `id` names the machine (name, CPU model, cores, counters) and stays the
 * same over kernel,
 * microcode and perf updates, which are changes within its series.
 */
export const readHost = (perf: string | null, hardwareCounters: boolean): HostRecord => {
  const cpu = cpuField('model name');
  const cores = cpus().length;
  const paranoid = readSystem('/proc/sys/kernel/perf_event_paranoid');
  const identity = JSON.stringify([hostname(), cpu, cores, hardwareCounters]);
  return {
    id: createHash('sha256').update(identity).digest('hex').slice(0, 12),
    name: hostname(),
    cpu,
    microcode: cpuField('microcode'),
    cores,
    kernel: release(),
    perf,
    node: process.version,
    governor: readSystem('/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor'),
    turbo: turbo(),
    smt: readSystem('/sys/devices/system/cpu/smt/control'),
    aslr: readSystem('/proc/sys/kernel/randomize_va_space'),
    mitigations: mitigations(),
    clocksource: readSystem('/sys/devices/system/clocksource/clocksource0/current_clocksource'),
    nmiWatchdog: readSystem('/proc/sys/kernel/nmi_watchdog'),
    paranoid: paranoid === null ? null : Number(paranoid),
    virtualization: virtualization(),
    hardwareCounters,
  };
};
