// The text parts of a session's page: the glance, findings, spikes, and what was not counted.
import type {Comparison} from '../../results/types.ts';
import {formatCount, plural} from '../charts/axis-format.ts';
import {sideNames} from '../charts/verdicts.ts';
import type {Answer} from './short-answer.ts';
import {glance} from './glance.ts';
import {allSpikes} from './glance-unusual.ts';
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
 * Single spikes are left to the table of spikes; a warning about the input that a finding repeats
 * is printed once.
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

/** More spikes than this are left to the numbers next to the charts. */
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
                ${spike.run}${
                  spike.placement === undefined
                    ? nothing
                    : html`<small>placement ${spike.placement}</small>`
                }
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
