// The tables of a size page: steps, folders, the largest changes, and what was refused.
import type {SizedProgram, SizeReport} from '../../results/size/types.ts';
import {formatChange, plural} from '../charts/axis-format.ts';
import type {Html} from '../page/html.ts';
import {html, nothing} from '../page/html.ts';
import {count, refuser, signed} from './cells.ts';

interface TableRow {
  readonly name: string;
  /** In small letters below the name. */
  readonly more?: string;
  /** An address for the name. */
  readonly link?: string;
  readonly cells: readonly string[];
}

/** A table of names with figures; `head` includes the column of names. */
export const pageTable = (head: readonly string[], rows: readonly TableRow[]): Html =>
  html`<table class="rows">
    <thead>
      <tr>
        ${head.map((one) => html`<th>${one}</th>`)}
      </tr>
    </thead>
    <tbody>
      ${rows.map(
        ({name, more, link, cells}) =>
          html`<tr>
            <td class="event">
              ${link === undefined ? name : html`<a href="${link}">${name}</a>`}${
                more === undefined ? nothing : html`<small>${more}</small>`
              }
            </td>
            ${cells.map((cell, at) => html`<td data-label="${head[at + 1]}">${cell}</td>`)}
          </tr>`,
      )}
    </tbody>
  </table>`;

const figureHead = ['before', 'after', 'bytes', 'change'];

/** Bytes before and after, their difference, and the change; a step may have no bytes before. */
const figures = (before: number, after: number): readonly string[] => [
  count(before),
  count(after),
  signed(after - before).replace('-', '−'),
  before === 0 ? (after === 0 ? '—' : 'new') : formatChange(after / before),
];

export const stepsSection = ({steps}: SizeReport): Html =>
  html`<h2>Bytes by step</h2>
    ${
      steps === null
        ? html`<p class="note">One side names no steps of its code.</p>`
        : pageTable(
            ['Step', ...figureHead],
            steps.map(({step, before, after}) => ({name: step, cells: figures(before, after)})),
          )
    }`;

export const folderSection = ({folders}: SizeReport): Html =>
  folders.length < 2
    ? nothing
    : html`<h2>By folder</h2>
        ${pageTable(
          ['Folder', 'programs', ...figureHead],
          folders.map(({folder, programs, before, after}) => ({
            name: folder,
            cells: [count(programs), ...figures(before, after)],
          })),
        )}`;

export const largestSection = ({largest, largestRatios}: SizeReport): Html =>
  largest.grew.length + largest.shrank.length === 0
    ? nothing
    : html`<h2>Largest changes</h2>
        ${largestTable('Grew most', largest.grew)}${largestTable('Shrank most', largest.shrank)}
        <details>
          <summary>In percent</summary>
          ${largestTable('Grew most in percent', largestRatios.grew)}
          ${largestTable('Shrank most in percent', largestRatios.shrank)}
        </details>`;

const largestTable = (title: string, programs: readonly SizedProgram[]): Html =>
  programs.length === 0
    ? nothing
    : html`<h3 class="apart">${title}</h3>
        ${pageTable(
          ['Program', ...figureHead],
          programs.map(({file, program, before, after}) => ({
            name: program,
            more: file,
            cells: figures(before.bytes, after.bytes),
          })),
        )}`;

export const refusedSection = (report: SizeReport): Html =>
  report.refused.length === 0
    ? nothing
    : html`<h2>Refused: ${plural(report.refusedPrograms, 'program')}</h2>
        ${pageTable(
          ['Reason', 'programs'],
          report.refused.map((one) => ({
            name: one.reason,
            more: `${refuser(report, one)}, for example ${one.example}`,
            cells: [count(one.programs)],
          })),
        )}`;
