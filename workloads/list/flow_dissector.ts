// flow_dissector and flow_dissector_16: a packet handed from program to program by tail calls. The
// thread's second measurement.
import {loadObject} from '../../jit/bpf/object/object.ts';
import {lazily} from '../define.ts';
import {cases16, cases2020} from './flow_dissector/cases.ts';
import type {DissectorCase} from './flow_dissector/cases.ts';
import {progArray} from '../maps.ts';
import {readPackageFile} from '../package-file.ts';
import {update} from '../scenario-steps.ts';
import type {Step, Workload} from '../types.ts';

/** In the order of their slots; C source, rules and rebuild script are in `flow_dissector/`. */
const handlers = ['ip', 'ipv6', 'ipv6_options', 'ipv6_fragment', 'mpls', 'vlan'];

const dissect = ({name, flags, retval, keys}: DissectorCase): Step => ({
  op: 'run',
  label: name,
  packet: name,
  ...(flags === 0 ? {} : {flags}),
  expect: keys === undefined ? {retval} : {retval, output: keys},
});

const dissector = (name: string, purpose: string, cases: readonly DissectorCase[]): Workload => {
  const file = `workloads/list/flow_dissector/${name}.bpf.o`;
  return lazily(
    {
      name,
      purpose,
      type: 'flow_dissector',
      maps: [
        progArray('jmp_table', handlers.length),
        {name: 'last_dissection', type: 'hash', keyBytes: 4, valueBytes: 56, maxEntries: 1024},
      ],
      entry: 'dissect',
      packets: Object.fromEntries(cases.map(({name: label, packet}) => [label, packet])),
      scenario: [
        ...handlers.map((handler, slot) => update('jmp_table', slot, handler)),
        ...cases.map(dissect),
      ],
    },
    () => loadObject(readPackageFile(file), file),
  );
};

export const flowDissector = dissector(
  'flow_dissector',
  "the thread's second test: 7 programs dissect 12 packets with 17 tail calls and note " +
    'the flow keys in a hash map',
  cases2020,
);

export const flowDissector16 = dissector(
  'flow_dissector_16',
  'the flow dissector test of Linux 6.18: 16 packets, GRE tunnels and a fallback to the ' +
    'built-in dissector among them',
  cases16,
);
