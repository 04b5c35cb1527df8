// Made-up views of a fleet: four hosts and twenty, long names, nothing at all.
import {changeGroups} from '../../results/fleet/change-groups.ts';
import type {NightRow} from '../../results/fleet/change-groups.ts';
import {traitsOf} from '../../results/fleet/host-traits.ts';
import {overHosts} from '../../results/fleet/over-hosts.ts';
import type {
  AlertLine,
  AlertJob,
  AlertView,
  CellView,
  CompareView,
  HostSeries,
  HostView,
  LastNightView,
  SeriesRef,
  SeriesView,
} from '../../results/fleet/views.ts';
import {seededNormal} from '../../results/testdata/random.ts';
import {testHost} from '../../results/testdata/session.ts';

const zen = 'AMD EPYC 7763 64-Core Processor';
const skylake = 'Intel(R) Xeon(R) Gold 6148 CPU @ 2.40GHz';

const hostNames = (count: number): string[] =>
  Array.from(
    {length: count},
    (_, at) => `${at % 2 === 0 ? 'zen' : 'sky'}${Math.floor(at / 2) + 1}`,
  );

const traits = (hosts: readonly string[]) =>
  new Map(
    hosts.map((host) => [
      host,
      traitsOf(host, [], {cpu: host.startsWith('zen') ? zen : skylake, kernel: '6.12.0'}),
    ]),
  );

export const fleetSeries = (workload: string, event: string, id: number): SeriesRef => ({
  id,
  workload,
  event,
  repeat: 1000,
  before: 'git:/src#COMMIT~1',
  after: 'git:/src#COMMIT',
  unit: event === 'task-clock' ? 'msec' : '',
  kind: 'positive',
});

const commits = ['3f1c9ad04e21', '9b07d2c6a815'].map((one) => one.repeat(3));

const cell = (host: string, percent: number, more: Partial<CellView> = {}): CellView => {
  const ratio = 1 + percent / 100;
  const isShown = Math.abs(percent) > 1;
  return {
    host,
    ratio,
    low: ratio - 0.006,
    high: ratio + 0.006,
    level: 12.5 * ratio,
    verdict: isShown ? (percent > 0 ? 'more' : 'less') : 'equal',
    isNew: isShown,
    session: `20260112-020000000-${host}`,
    commit: commits[1],
    commitBefore: commits[0],
    alert: isShown ? {id: `2026-01-12.${host}.0123456789`, state: 'new'} : null,
    confirmed: isShown ? host.endsWith('1') || null : null,
    aaQuiet: true,
    ...more,
  };
};

/** More on Zens, less everywhere, and something that is not settled. */
const nightRows = (hosts: readonly string[], workload: string): NightRow[] => [
  ...hosts.map((host, at) => ({
    series: fleetSeries(workload, 'task-clock', 1),
    cell: cell(host, host.startsWith('zen') ? 5 + at / 10 : 0.1),
  })),
  ...hosts.map((host, at) => ({
    series: fleetSeries(workload, 'L1-dcache-load-misses', 2),
    cell: cell(host, -40 - at, {confirmed: null}),
  })),
  ...hosts.slice(1).map((host, at) => ({
    series: fleetSeries('flow_dissector', 'branch-misses', 3),
    cell: at === 0 ? cell(host, 2.2, {aaQuiet: false}) : cell(host, 0.8, {verdict: 'unsettled'}),
  })),
];

export const fleetNight = (count: number, workload = 'tailcall1'): LastNightView => {
  const hosts = hostNames(count);
  return {
    night: '2026-01-12',
    earlier: '2026-01-11',
    later: null,
    hosts,
    missing: [
      {host: 'arm1', why: 'last reported on 2026-01-03'},
      {host: 'sky9', why: 'refused: CPU governor: powersave'},
    ],
    sessions: 25 * count,
    groups: changeGroups(nightRows(hosts, workload), hosts, traits(hosts)),
    left: {groups: 7, standing: 12},
    alerts: [{host: 'zen1', text: 'the host changed: microcode 0xa0011d1 -> 0xa0011d5'}],
  };
};

export const emptyNight: LastNightView = {
  night: null,
  earlier: null,
  later: null,
  hosts: [],
  missing: [{host: 'zen1', why: 'never seen'}],
  sessions: 0,
  groups: [],
  left: {groups: 0, standing: 0},
  alerts: [],
};

const day = (at: number): string =>
  new Date(Date.parse('2025-02-01') + at * 86_400_000).toISOString();

const hostSeries = (host: string, seed: number, nights: number): HostSeries => {
  const normal = seededNormal(seed);
  const step = host.startsWith('zen') ? Math.floor(nights * 0.7) : nights;
  const value = Array.from(
    {length: nights},
    (_, at) => (at < step ? 1 : 1.05) + 0.004 * normal() + (at === 40 ? 0.6 : 0),
  );
  return {
    host,
    at: value.map((_, at) => day(at)),
    value,
    low: value.map((one) => one - 0.006),
    high: value.map((one) => one + 0.006),
    verdict: value.map((one) => (one > 1.02 ? 'more' : 'equal')),
    spikes: nights > 40 ? [40] : [],
    segments: [
      {from: day(0), to: day(Math.min(step, nights) - 1), level: 1},
      ...(step < nights ? [{from: day(step), to: day(nights - 1), level: 1.05}] : []),
    ],
    changes:
      step < nights
        ? [
            {
              at: day(step),
              night: day(step).slice(0, 10),
              ratio: 1.05,
              sessionBefore: `20251014-020000000-${host}`,
              sessionAfter: `20251015-020000000-${host}`,
            },
          ]
        : [],
    marks: seed % 3 === 0 ? [{night: day(100).slice(0, 10), text: 'microcode 0x1 -> 0x2'}] : [],
    lastSession: `20260112-020000000-${host}`,
  };
};

export const fleetSeriesView = (count: number, nights: number): SeriesView => {
  const hosts = hostNames(count);
  const all = traits(hosts);
  const series = hosts.map((host, at) => hostSeries(host, at + 1, nights));
  const [over] = overHosts([
    series.map((one) => ({
      host: all.get(one.host)!,
      ratio: one.value.at(-1)!,
      low: one.low.at(-1)!,
      high: one.high.at(-1)!,
      verdict: one.verdict.at(-1)!,
    })),
  ]);
  return {
    series: fleetSeries('tailcall1', 'task-clock', 1),
    hosts: series,
    notes: [{night: '2025-06-01', text: 'new compiler'}],
    over,
  };
};

export const fleetCompare: CompareView = {
  sessions: [0, 1].map((at) => ({
    name: `2026011${at + 1}-020000000-zen1`,
    host: 'zen1',
    at: `2026-01-1${at + 1}T02:00:00.000Z`,
    commit: commits[at],
    workload: 'tailcall1',
    before: 'v58',
    after: 'rfc1',
    suite: 'nightly',
    record: testHost,
  })) as unknown as CompareView['sessions'],
  recordChanges: ['microcode 0xa0011d1 -> 0xa0011d5', 'kernel 6.12.0 -> 6.12.1'],
  rows: ['task-clock', 'instructions', 'L1-dcache-load-misses'].map((event, at) => ({
    event,
    unit: at === 0 ? 'msec' : '',
    values: [
      {level: 12.5, ratio: 1.001, low: 0.997, high: 1.005, verdict: 'equal'},
      at === 2 ? null : {level: 13.1, ratio: 1.05, low: 1.044, high: 1.056, verdict: 'more'},
    ],
    apart: at === 2 ? null : true,
  })),
};

export const fleetHosts: readonly HostView[] = hostNames(4).map((name, at) => ({
  name,
  fleet: {
    name,
    class: name.slice(0, 3),
    drained: at === 2,
    state: ['waiting', 'measuring', 'gone', 'waiting'][at],
    seen: '2026-01-12T08:00:00.000Z',
    queued: 3 * at,
  },
  lastNight: at === 3 ? null : '2026-01-12',
  sessions: 750,
  refused: at,
  aa: {changed: at, rows: at === 3 ? 0 : 600},
  record: at === 3 ? null : {...testHost, cpu: name.startsWith('zen') ? zen : skylake},
  recordChanges: at === 0 ? [{night: '2026-01-06', text: 'microcode 0x1 -> 0x2'}] : [],
}));

export const fleetAlerts: readonly AlertLine[] = hostNames(4).map((host, at) => ({
  id: `2026-01-12.${host}.0123456789`,
  night: '2026-01-12',
  host,
  series: fleetSeries('tailcall1', 'task-clock', 1),
  ratio: 1.05,
  low: 1.044,
  high: 1.056,
  verdict: 'more',
  session: `20260112-020000000-${host}`,
  suite: at === 3 ? null : 'nightly',
  variant: null,
  commit: commits[1],
  commitBefore: commits[0],
  sessionBefore: `20260111-020000000-${host}`,
  state: at === 0 ? 'new' : 'ack',
  owner: at === 0 ? null : 'ann',
  note: at === 0 ? '' : 'the new prologue pushes one register more; asked on the list',
}));

export const fleetAlert: AlertView = {
  alert: fleetAlerts[0],
  group: fleetNight(4).groups.find(({series}) => series.event === 'task-clock')!,
  hosts: hostNames(4),
  moves: [
    {at: '2026-01-12T09:00:00.000Z', by: 'ann', state: 'ack', owner: 'ann', note: 'looking'},
    {at: '2026-01-12T10:00:00.000Z', by: 'ann', state: 'new', owner: null, note: ''},
  ],
};

export const fleetAlertJobs: readonly AlertJob[] = [
  {
    id: 'a1b2c3d4-0000-4000-8000-000000000001',
    state: 'completed',
    by: 'ann',
    created: '2026-01-12T09:30:00.000Z',
    good: '83ab5d0e',
    commit: '3f1c9aab',
    message: 'first that does more: 3f1c9aabd012 one register more is pushed',
  },
  {
    id: 'a1b2c3d4-0000-4000-8000-000000000002',
    state: 'created',
    by: 'ben',
    created: '2026-01-12T09:00:00.000Z',
    good: null,
    commit: '3f1c9aab',
    message: null,
  },
];
