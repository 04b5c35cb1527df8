// The host of a session, and what is needed to repeat the measurement.
import type {HostRecord, Session} from '../../results/types.ts';
import {shellWord} from '../../results/shell-word.ts';
import {formatGrouped, plural} from '../charts/axis-format.ts';
import type {Html} from './html.ts';
import {html, nothing} from './html.ts';

const hostRows: readonly (readonly [keyof HostRecord, string])[] = [
  ['name', 'Host'],
  ['cpu', 'CPU'],
  ['microcode', 'Microcode'],
  ['cores', 'Cores'],
  ['kernel', 'Kernel'],
  ['perf', 'perf'],
  ['node', 'Node'],
  ['governor', 'Governor'],
  ['turbo', 'Turbo'],
  ['smt', 'SMT'],
  ['aslr', 'ASLR'],
  ['mitigations', 'Mitigations'],
  ['clocksource', 'Clock source'],
  ['nmiWatchdog', 'NMI watchdog'],
  ['paranoid', 'perf_event_paranoid'],
  ['virtualization', 'Virtualization'],
  ['hardwareCounters', 'Hardware counters'],
];

export const hostSection = ({host}: Session): Html =>
  html`<h2>Host</h2>
    <dl class="facts">
      ${hostRows.map(
        ([key, label]) =>
          html`<dt>${label}</dt>
            <dd>${hostValue(host[key])}</dd>`,
      )}
    </dl>`;

const hostValue = (value: string | number | boolean | null): string =>
  value === null
    ? 'not readable'
    : typeof value === 'boolean'
      ? value
        ? 'yes'
        : 'no'
      : String(value);

export const repeatSection = (session: Session): Html => {
  const {plan} = session;
  const blocks = Object.entries(session.commands);
  const lines = blocks
    .map(([name, argv]) => `${name}: ${argv.map(shellWord).join(' ')}`)
    .join('\n');
  return html`<h2>To measure it again</h2>
    <dl class="facts">
      <dt>Session</dt>
      <dd><code>${session.id}</code></dd>
      <dt>Seed</dt>
      <dd>${plan.seed}</dd>
      <dt>Order</dt>
      <dd>
        ${plural(plan.quads, 'quad')} of ${plural(plan.runsPerBlock, 'run')} a block after
        ${plural(plan.warmupQuads, 'warm-up quad')}; A/A ${plural(plan.aaQuads, 'quad')}
      </dd>
      <dt>Repeat</dt>
      <dd>${formatGrouped(plan.repeat, 0)}</dd>
      <dt>Placement</dt>
      <dd>${plan.placement}</dd>
      ${[session.before, session.after].map((one) =>
        one === null || one.imageHash === undefined
          ? nothing
          : html`<dt>Image ${one.label}</dt>
              <dd>
                ${one.imageBytes === undefined ? '' : `${plural(one.imageBytes, 'byte')}, `}<code
                  >${one.imageHash.slice(0, 16)}</code
                >
              </dd>`,
      )}
    </dl>
    ${blocks.length === 0 ? nothing : html`<pre>${lines}</pre>`}`;
};
