// The host record: what this machine is, read from /proc, /sys and the tools' own versions.
import {createHash} from 'node:crypto';
import {readFileSync} from 'node:fs';
import {cpus, hostname, release} from 'node:os';
import type {HostRecord} from '../../results/types.ts';

/** Reads one small system file; null if it is absent, unreadable or empty. */
export const readSystem = (path: string): string | null => {
  try {
    const text = readFileSync(path, 'utf8').trim();
    return text === '' ? null : text;
  } catch {
    return null;
  }
};

const fieldOf = (cpuinfo: string, name: string): string | null =>
  new RegExp(`^${name}\\s*:\\s*(.+)$`, 'm').exec(cpuinfo)?.[1] ?? null;

/**
 * Arm CPUs have numbers instead: MIDR_EL1's implementer and part (manuals of Arm and the vendors).
 */
// prettier-ignore
const armParts: Readonly<Record<string, string>> = {
  '0x41 0xd03': 'Cortex-A53', '0x41 0xd05': 'Cortex-A55', '0x41 0xd07': 'Cortex-A57',
  '0x41 0xd08': 'Cortex-A72', '0x41 0xd09': 'Cortex-A73', '0x41 0xd0a': 'Cortex-A75',
  '0x41 0xd0b': 'Cortex-A76', '0x41 0xd0c': 'Neoverse N1', '0x41 0xd0d': 'Cortex-A77',
  '0x41 0xd40': 'Neoverse V1', '0x41 0xd41': 'Cortex-A78', '0x41 0xd44': 'Cortex-X1',
  '0x41 0xd49': 'Neoverse N2', '0x41 0xd4f': 'Neoverse V2', '0xc0 0xac3': 'Ampere-1',
  '0xc0 0xac4': 'Ampere-1a',
};

/** The CPU in a /proc/cpuinfo; null if it does not say. */
export const cpuName = (cpuinfo: string): string | null => {
  const model = fieldOf(cpuinfo, 'model name');
  if (model !== null) return model;
  const [maker, part] = [fieldOf(cpuinfo, 'CPU implementer'), fieldOf(cpuinfo, 'CPU part')];
  if (maker === null || part === null) return null;
  return armParts[`${maker} ${part}`] ?? `Arm CPU, implementer ${maker}, part ${part}`;
};

const mitigations = (): string | null => {
  const names = ['spectre_v2', 'retbleed', 'spec_rstack_overflow', 'meltdown', 'mds'];
  const known = names.flatMap((name) => {
    const state = readSystem(`/sys/devices/system/cpu/vulnerabilities/${name}`);
    return state === null ? [] : [`${name}: ${state}`];
  });
  return known.length === 0 ? null : known.join('; ');
};

/** `on`, `off` or null; Intel's and the generic driver have different files for it. */
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
 * The record of this host. `id` names the machine (name, CPU model, cores, counters) and survives
 * updates of kernel, microcode and perf, which are changes within its series.
 */
export const readHost = (perf: string | null, hardwareCounters: boolean): HostRecord => {
  const cpu = cpuName(readSystem('/proc/cpuinfo') ?? '');
  const cores = cpus().length;
  const paranoid = readSystem('/proc/sys/kernel/perf_event_paranoid');
  const identity = JSON.stringify([hostname(), cpu, cores, hardwareCounters]);
  return {
    id: createHash('sha256').update(identity).digest('hex').slice(0, 12),
    name: hostname(),
    cpu,
    microcode: fieldOf(readSystem('/proc/cpuinfo') ?? '', 'microcode'),
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
