// Which sections hold programs of which type: every rule by its example, and what libbpf adds.
import {expect, test} from 'vitest';
import {listedSections, typeOfSection} from './section-types.ts';

const toList = {toRun: false};

test.each(listedSections.map(([, type, example]) => [example, type]))('%s: %s', (name, type) => {
  expect(typeOfSection(name, toList)).toBe(type);
  expect(typeOfSection(`?${name}`, toList)).toBe(type);
  expect(typeOfSection(name, {})).toBeUndefined();
});

test.each([
  ['tc', 'sched_cls'],
  ['tcx/ingress', 'sched_cls'],
  ['xdp.frags', 'xdp'],
  ['xdp/devmap', 'xdp'],
  ['kprobe/do_sys.part', 'kprobe'],
  ['cgroup/skb', 'cgroup_skb'],
  ['cgroup/sendmsg6', 'cgroup_sock_addr'],
  ['lsm_cgroup/socket_post_create', 'lsm'],
])('%s: %s', (name, type) => {
  expect(typeOfSection(name, toList)).toBe(type);
});

test.each(['from-container', '2/7', 'prog', 'socketry', 'tracepoints'])('%s says no type', (name) =>
  expect(typeOfSection(name, toList)).toBeUndefined(),
);
