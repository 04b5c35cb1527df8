// The parts of a session's page that are text: findings, table, spikes, what was not counted,
// placements, host, commands.
import type {
  Comparison,
  ComparisonRow,
  HostRecord,
  Samples,
  Session,
  SideStats,
} from '../../results/types.ts';
import {sweepRows} from '../../results/rows/sweep-rows.ts';
import {
  formatChange,
  formatCount,
  formatInterval,
  formatShare,
  plural,
} from '../charts/axis-format.ts';
import {isSimulated} from '../tables/facts.ts';
import {looks, sideNames} from '../charts/verdicts.ts';
import type {Answer} from './glance.ts';
import {allSpikes, glance} from './glance.ts';
import type {Html} from './html.ts';
import {html, nothing} from './html.ts';

export const glanceSection = (comparison: Comparison): Html => answersSection(glance(comparison));

/** Questions with their answers as cards. */
export const answersSection = (answers: readonly Answer[]): Html =>
  html`<dl class="glance">
    ${answers.map(
      (one) =>
        html` <div>
          <dt>${one.question}</dt>
          <dd>
            <div class="answer ${one.tone ?? ''}">${one.answer}</div>
            <div class="detail">${one.detail}</div>
          </dd>
        </div>`,
    )}
  </dl>`;

/**
 * Single spikes are left to the table of spikes; a warning of the input that a finding repeats is
 * said once.
 */
export const findingsSection = (comparison: Comparison): Html => {
  const found = new Set(comparison.findings.map((one) => one.code));
  const all = [
    ...comparison.findings.filter((one) => one.code !== 'spike'),
    ...comparison.warnings.filter((one) => !found.has(one.code)),
  ];
  if (all.length === 0) return nothing;
  return html`<h2>Findings</h2>
    <ul class="findings">
      ${all.map((one) => html`<li>${one.text}<span class="code">${one.code}</span></li>`)}
    </ul>`;
};

const side = (stats: SideStats, unit: string): string => {
  const value = stats.median ?? stats.mean;
  return value === null ? '—' : formatCount(value, unit);
};

/** The mean with its standard error, as the list expects it. */
const spread = (stats: SideStats, unit: string): string => {
  if (stats.mean === null || stats.sem === null || stats.mean === 0 || stats.sem === 0) return '';
  const error = `±\u00a0${formatShare(Math.abs(stats.sem / stats.mean))}`;
  return stats.median === null
    ? error
    : `mean ${formatCount(stats.mean, unit === 'ns' ? unit : '')} ${error}`;
};

const change = (row: ComparisonRow): Html => {
  if (row.change === null || !Number.isFinite(row.change.ratio))
    return html`<td class="full">no ratio</td>`;
  return html`<td class="full">
    <span class="${row.verdict}">${formatChange(row.change.ratio)}</span
    ><small
      >${row.kind === 'exact' ? 'exact' : formatInterval(row.change.low, row.change.high)}</small
    >
  </td>`;
};

export const tableSection = (comparison: Comparison): Html => {
  const measured = comparison.rows.filter((row) => !isSimulated(row.event));
  const simulated = comparison.rows.filter((row) => isSimulated(row.event));
  if (comparison.rows.length === 0) return nothing;
  return html`<h2>Table</h2>
    <p class="note">
      ${designLine(comparison)}
      ${measured.length === 0 ? '' : measured.some((row) => row.before.median !== null) ? 'Medians of the runs; below them the mean with its standard error. Change is after over before with its interval.' : 'Means with their standard errors. Change is after over before with its interval.'}
    </p>
    ${measured.length === 0 ? nothing : rowsTable(comparison, measured)}
    ${
      simulated.length === 0
        ? nothing
        : html`<h3 class="apart">Simulated, not measured</h3>
            <p class="note">
              ${[...new Set(simulated.flatMap((row) => row.warnings.map((one) => one.text)))].join(' ')}
            </p>
            ${rowsTable(
              comparison,
              simulated.filter((row) => !isZero(row)).map((row) => ({...row, warnings: []})),
            )}${
              simulated.some(isZero)
                ? html`<p class="note">
                    0 on both sides:
                    ${simulated
                      .filter(isZero)
                      .map((row) => row.event)
                      .join(', ')}.
                  </p>`
                : nothing
            }`
    }
    <details>
      <summary>Why each verdict</summary>
      <dl class="facts">
        ${comparison.rows.map(
          (row) =>
            html`<dt>${row.event}</dt>
              <dd>
                ${row.verdict}:
                ${row.reason}${row.quadsNeeded === undefined ? '' : `; about ${plural(row.quadsNeeded, 'quad')} would settle it`}.${row.kind === 'exact' ? '' : ` Margin ${formatShare(row.margin)}.`}
              </dd>`,
        )}
      </dl>
    </details>`;
};

const isZero = (row: ComparisonRow): boolean => row.before.mean === 0 && row.after.mean === 0;

const rowsTable = (comparison: Comparison, rows: readonly ComparisonRow[]): Html => {
  const {before, after} = sideNames(comparison.before, comparison.after);
  const judged = rows.some((row) => row.pAdjusted !== null);
  return html`<table class="rows">
    <thead>
      <tr>
        <th>Event</th>
        <th>${before}</th>
        <th>${after}</th>
        <th>Change</th>
        <th class="text">Verdict</th>
        ${judged ? html`<th>p, corrected</th>` : nothing}
      </tr>
    </thead>
    <tbody>
      ${rows.map(
        (row) =>
          html`<tr class="${row.primary ? 'primary' : ''}">
            <td class="event">
              ${row.event}${row.warnings.map((warning) => html`<small>${warning.text}</small>`)}
            </td>
            <td data-label="${before}">
              ${side(row.before, row.unit)}<small>${spread(row.before, row.unit)}</small>
            </td>
            <td data-label="${after}">
              ${side(row.after, row.unit)}<small>${spread(row.after, row.unit)}</small>
            </td>
            ${change(row)}
            <td class="text"><span class="${row.verdict}">${looks[row.verdict].word}</span></td>
            ${judged ? html`<td data-label="p">${row.pAdjusted === null ? '—' : formatP(row.pAdjusted)}</td>` : nothing}
          </tr>`,
      )}
    </tbody>
  </table>`;
};

const formatP = (p: number): string => (p < 0.001 ? '< 0.001' : p.toFixed(3));

const designs: Readonly<Record<Comparison['design'], string>> = {
  abba: 'Interleaved in quads (ABBA or BAAB).',
  blocked: 'All runs of one side, then all of the other: drift is not cancelled.',
  summary: 'From summaries only: no single runs were known.',
  slices: 'Both sides alternated every few microseconds inside one process, at many placements.',
  'one-core': 'Both sides started together on one core, alternated by the scheduler.',
};

export const designLine = (comparison: Comparison): string => {
  if (comparison.rows.length > 0 && comparison.rows.every((row) => isSimulated(row.event)))
    return 'Counted by simulation, once a side: exact for this code.';
  const runs = (['before', 'after'] as const).map(
    (name) => comparison.rows.map((row) => row[name].n).find((n) => n !== null) ?? null,
  );
  const count = runs.every((n) => n !== null)
    ? ` ${plural(runs[0]!, 'run')} before, ${runs[1]!.toLocaleString('en-US')} after`
    : '';
  const quads =
    comparison.quads === null
      ? ''
      : `${count === '' ? ' ' : ', '}${plural(comparison.quads, 'quad')}`;
  return `${designs[comparison.design]}${count}${quads}${count === '' && quads === '' ? '' : '.'}`;
};

/** More spikes than this are left to the numbers beside the charts. */
const mostSpikes = 24;

export const spikesSection = (comparison: Comparison): Html => {
  const spikes = allSpikes(comparison);
  const names = sideNames(comparison.before, comparison.after);
  if (spikes.length === 0) return nothing;
  return html`<h2>Spikes</h2>
    <p class="note">
      Runs that stand far outside their series. They are kept in every figure and named
      here.${spikes.length > mostSpikes ? ` The ${mostSpikes} largest of ${spikes.length}.` : ''}
    </p>
    <table class="rows">
      <thead>
        <tr>
          <th>Event</th>
          <th class="text">Side</th>
          <th>Run</th>
          <th>Value</th>
          <th>Times the median</th>
          <th class="text">Moved with it</th>
        </tr>
      </thead>
      <tbody>
        ${spikes.slice(0, mostSpikes).map(
          (spike) =>
            html`<tr>
              <td class="event">${spike.event}</td>
              <td class="text">${names[spike.side]}</td>
              <td data-label="run">
                ${spike.run}${spike.placement === undefined ? nothing : html`<small>placement ${spike.placement}</small>`}
              </td>
              <td data-label="value">${formatCount(spike.value, spike.unit)}</td>
              <td data-label="×">${formatCount(spike.times)}</td>
              <td class="text full">
                ${spike.with === undefined || spike.with.length === 0 ? nothing : spike.with.join(', ')}
              </td>
            </tr>`,
        )}
      </tbody>
    </table>`;
};

export const notCountedSection = (comparison: Comparison): Html => {
  if (comparison.notCounted.length === 0) return nothing;
  const reasons = [...new Set(comparison.notCounted.map((one) => one.reason))];
  return html`<h2>Not counted</h2>
    <dl class="facts">
      ${reasons.map(
        (reason) =>
          html`<dt>
              ${plural(comparison.notCounted.filter((one) => one.reason === reason).length, 'event')}
            </dt>
            <dd>
              ${reason}:
              ${comparison.notCounted
                .filter((one) => one.reason === reason)
                .map((one) => one.event)
                .join(', ')}.
            </dd>`,
      )}
    </dl>`;
};

/** The offsets of a sweep with the median of both sides, least cost marked by the charts above. */
const sweepTable = (session: Session, samples: Samples | null): Html => {
  const row = session.comparison?.rows.find((one) => one.primary);
  const rows = samples === null || row === undefined ? [] : sweepRows(session, samples, row.event);
  if (row === undefined || rows.length === 0) return nothing;
  const names = sideNames(session.before, session.after ?? session.before);
  const cell = (value: number | null): string =>
    value === null ? 'none' : formatCount(value, row.unit);
  return html`<table class="rows">
    <caption>
      ${row.event} by offset of the code, medians
    </caption>
    <thead>
      <tr>
        <th>Offset</th>
        <th>${names.before}</th>
        <th>${names.after}</th>
        <th>Runs</th>
      </tr>
    </thead>
    <tbody>
      ${rows.map(
        (one) =>
          html`<tr>
            <td class="event">${one.offset}</td>
            <td data-label="${names.before}">${cell(one.before)}</td>
            <td data-label="${names.after}">${cell(one.after)}</td>
            <td data-label="runs">${one.runs}</td>
          </tr>`,
      )}
    </tbody>
  </table>`;
};

export const placementSection = (session: Session, samples: Samples | null): Html => {
  const shares = session.comparison?.placement ?? [];
  if (session.placements.length === 0 && shares.length === 0) return nothing;
  return html`<h2>Placement</h2>
    ${
      shares.length === 0
        ? nothing
        : html`<p class="note">How much of an event's variance goes with where the image lay.</p>
            <dl class="facts">
              ${shares.map(
                (one) =>
                  html`<dt>${one.event}</dt>
                    <dd>
                      ${formatShare(one.share)} (${formatShare(one.low)} to
                      ${formatShare(one.high)})${one.worst === null ? '' : `; costliest at placement ${one.worst}`}
                    </dd>`,
              )}
            </dl>`
    }
    ${sweepTable(session, samples)}
    <details>
      <summary>${plural(session.placements.length, 'placement')}</summary>
      <dl class="facts">
        ${session.placements.map(
          (one, i) =>
            html`<dt>${i} · ${one.side} · ${one.text}</dt>
              <dd>
                <code
                  >${Object.entries(one.addresses)
                    .map(([symbol, address]) => `${symbol} ${address}`)
                    .join(', ')}</code
                >
              </dd>`,
        )}
      </dl>
    </details>`;
};

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

const quote = (argument: string): string =>
  /^[\w@%+=:,./-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", "'\\''")}'`;

export const repeatSection = (session: Session): Html => {
  const {plan} = session;
  const blocks = Object.entries(session.commands);
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
      <dd>${plan.repeat.toLocaleString('en-US')}</dd>
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
    ${blocks.length === 0 ? nothing : html`<pre>${blocks.map(([name, argv]) => `${name}: ${argv.map(quote).join(' ')}`).join('\n')}</pre>`}`;
};
