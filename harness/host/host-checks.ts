// What disturbs measurements on a host, as a table: what is read, which values are good, and the
// command that fixes the others.
import {readlinkSync} from 'node:fs';
import {loadavg, cpus} from 'node:os';
import {readSystem} from './host-record.ts';

/** `bad` spoils results, `note` is worth knowing, `unknown` could not be read. */
export interface CheckResult {
  readonly name: string;
  readonly status: 'ok' | 'note' | 'bad' | 'unknown';
  readonly value: string;
  readonly why: string;
  /** A command (as root) or an action; null if there is nothing to fix. */
  readonly fix: string | null;
}

interface Check {
  readonly name: string;
  readonly why: string;
  readonly fix: string | null;
  readonly look: () => {readonly value: string | null; readonly status: CheckResult['status']};
}

const file = (path: string, judge: (text: string) => CheckResult['status']) => () => {
  const value = readSystem(path);
  return {value, status: value === null ? ('unknown' as const) : judge(value)};
};

const checks: readonly Check[] = [
  {
    name: 'CPU governor',
    why: 'a governor that follows the load changes the clock during a session',
    fix: 'cpupower frequency-set -g performance',
    look: file('/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor', (text) =>
      text === 'performance' ? 'ok' : 'bad',
    ),
  },
  {
    name: 'turbo',
    why: 'turbo makes the clock depend on temperature and on the other cores',
    fix:
      'echo 1 > /sys/devices/system/cpu/intel_pstate/no_turbo   (other drivers: echo 0 > ' +
      '/sys/devices/system/cpu/cpufreq/boost)',
    look: () => {
      const intel = readSystem('/sys/devices/system/cpu/intel_pstate/no_turbo');
      const boost = readSystem('/sys/devices/system/cpu/cpufreq/boost');
      if (intel === null && boost === null) return {value: null, status: 'unknown'};
      return intel === '1' || boost === '0'
        ? {value: 'off', status: 'ok'}
        : {value: 'on', status: 'bad'};
    },
  },
  {
    name: 'SMT',
    why: 'a busy sibling thread takes half of the core',
    fix: 'echo off > /sys/devices/system/cpu/smt/control',
    look: file('/sys/devices/system/cpu/smt/control', (text) => (text === 'on' ? 'bad' : 'ok')),
  },
  {
    name: 'ASLR',
    why: 'random addresses of stack and libraries add variance between runs (jitstat places images itself)',
    fix: null,
    look: file('/proc/sys/kernel/randomize_va_space', (text) => (text === '0' ? 'ok' : 'note')),
  },
  {
    name: 'NMI watchdog',
    why: 'it holds one hardware counter, so that event sets that would just fit are multiplexed',
    fix: 'sysctl kernel.nmi_watchdog=0',
    look: file('/proc/sys/kernel/nmi_watchdog', (text) => (text === '0' ? 'ok' : 'bad')),
  },
  {
    name: 'perf_event_paranoid',
    why:
      'from 2 on the kernel side is not counted for users other than root, from 3 on ' +
      '(Debian, Ubuntu) nothing is',
    fix: 'sysctl kernel.perf_event_paranoid=1',
    look: file('/proc/sys/kernel/perf_event_paranoid', (text) =>
      process.getuid?.() === 0 || Number(text) <= 1 ? 'ok' : 'bad',
    ),
  },
  {
    name: 'BPF JIT',
    why: 'without it the kernel side runs in the interpreter',
    fix: 'sysctl net.core.bpf_jit_enable=1',
    look: file('/proc/sys/net/core/bpf_jit_enable', (text) => (text === '0' ? 'bad' : 'ok')),
  },
  {
    name: 'clock source',
    why: 'a clock source other than tsc makes reading the time slow',
    fix: 'echo tsc > /sys/devices/system/clocksource/clocksource0/current_clocksource',
    look: file('/sys/devices/system/clocksource/clocksource0/current_clocksource', (text) =>
      /^(tsc|kvm-clock|arch_sys_counter)$/.test(text) ? 'ok' : 'note',
    ),
  },
  {
    name: 'load',
    why: 'other work on the machine disturbs every run',
    fix: 'stop what else runs (top shows it)',
    look: () => {
      const [minute] = loadavg();
      return {
        value: `${minute.toFixed(2)} on ${cpus().length} cores`,
        status: minute > cpus().length / 2 ? 'bad' : 'ok',
      };
    },
  },
  {
    name: 'container',
    why: 'a container shares its host, and often perf and bpf(2) are not permitted in it',
    fix: null,
    look: () => (isContainer() ? {value: 'yes', status: 'note'} : {value: 'no', status: 'ok'}),
  },
  {
    name: 'spectre_v2',
    why: 'decides which indirect branches and returns the kernel compiles',
    fix: null,
    look: file('/sys/devices/system/cpu/vulnerabilities/spectre_v2', () => 'ok'),
  },
];

/** All checks of this host, in the order of the table. */
export const checkHost = (): readonly CheckResult[] =>
  checks.map((check) => {
    const {value, status} = check.look();
    return {
      name: check.name,
      status,
      value: value ?? 'cannot be read',
      why: check.why,
      fix: status === 'bad' ? check.fix : null,
    };
  });

/**
 * A container has its own process ids; the first namespace of a booted kernel has a fixed number.
 */
const isContainer = (): boolean => {
  try {
    return readlinkSync('/proc/self/ns/pid') !== 'pid:[4026531836]';
  } catch {
    return false;
  }
};
