// The front page of a fleet: which hosts are missing, then what changed since the night before.
import type {CommitView, LastNightView} from '../../results/fleet/views.ts';
import {plural} from '../charts/axis-format.ts';
import type {Html} from '../page/html.ts';
import {html, nothing} from '../page/html.ts';
import {answersSection} from '../page/sections.ts';
import {changeSection} from './change-section.ts';
import {fleetPage, shortCommit} from './fleet-page.ts';

export const lastNightPage = (view: LastNightView): string => {
  if (view.night === null)
    return fleetPage({
      view: '',
      title: 'Last night',
      heading: 'Nothing was measured yet',
      sub: 'Agents fill this page: jitstat submit SUITE --host NAME --commit X, or jitstat store push.',
      body: missingSection(view),
    });
  const changes = view.groups.length + view.left.groups;
  return fleetPage({
    view: '',
    title: `Night of ${view.night}`,
    heading: `Night of ${view.night}`,
    sub: html`${plural(view.sessions, 'session')} on
    ${view.hosts.length === 0 ? 'no host' : view.hosts.join(', ')}.${
      view.earlier === null
        ? nothing
        : html` <a href="/night/${view.earlier}">The night before</a>.`
    }${view.later === null ? nothing : html` <a href="/night/${view.later}">The night after</a>.`}`,
    body: html`${missingSection(view)}${answersSection(answers(view, changes))}
    ${
      changes === 0
        ? nothing
        : html`<h2>What changed since the night before</h2>
            ${view.groups.map((group) => changeSection(group, view.hosts))}`
    }
    ${
      view.left.groups === 0
        ? nothing
        : html`<p class="note">
            ${plural(view.left.groups, 'smaller change')} more, in the
            <a href="/alerts">alerts</a>.
          </p>`
    }
    ${alertsSection(view)}`,
  });
};

const seriesCount = (count: number): string => `${count.toLocaleString('en-US')}\u00a0series`;

const missingSection = ({missing}: LastNightView): Html =>
  missing.length === 0
    ? nothing
    : html`<h2>Hosts that did not report</h2>
        <dl class="facts">
          ${missing.map(
            ({host, why}) =>
              html`<dt>${host}</dt>
                <dd>${why}</dd>`,
          )}
        </dl>`;

const answers = (view: LastNightView, changes: number) => {
  const [first] = view.groups;
  const real = view.groups.filter(({real: {answer}}) => answer === 'yes').length;
  return [
    {
      question: 'Did anything change?',
      answer: changes === 0 ? 'Nothing new' : plural(changes, 'new change'),
      detail:
        first === undefined
          ? `${seriesCount(view.left.standing)} with a change that was there the night before.`
          : `The largest: ${first.series.workload} ${first.series.event}, ${first.over.text}.`,
    },
    {
      question: 'Is it real?',
      answer: changes === 0 ? 'Nothing to doubt' : `${real} of ${view.groups.length} seen twice`,
      detail:
        first === undefined
          ? 'A change counts as real if it was seen again with a quiet A/A.'
          : `${first.series.workload} ${first.series.event}: ${first.real.text}.`,
    },
  ];
};

const alertsSection = ({alerts}: LastNightView): Html =>
  alerts.length === 0
    ? nothing
    : html`<h2>What the nights reported about their hosts</h2>
        <ul class="findings">
          ${alerts.map(({host, text}) => html`<li>${text}<span class="code">${host}</span></li>`)}
        </ul>`;

/** One commit on all hosts that measured it. */
export const commitPage = (view: CommitView): string =>
  fleetPage({
    view: '',
    title: `Commit ${shortCommit(view.commit)}`,
    heading: html`Commit <code>${shortCommit(view.commit)}</code>`,
    sub: `Measured on ${view.hosts.join(', ')}.`,
    body: html`${answersSection([
      {
        question: 'What does it change?',
        answer: view.groups.length === 0 ? 'Nothing shown' : seriesCount(view.groups.length),
        detail: 'After compared with before, as the sessions of this commit measured them.',
      },
      {
        question: 'And the others?',
        answer: `${seriesCount(view.equal)} equal`,
        detail: `On all hosts, within their margins; ${view.unsettled} not settled on some.`,
      },
    ])}
    ${view.groups.map((group) => changeSection(group, view.hosts))}`,
  });
