// The report of one or more sessions: one static HTML file with its charts inside, and their numbers beside it.
import {join} from 'node:path';
import type {Samples, Session} from '../../results/types.ts';
import {UserError} from '../../results/error.ts';
import {matrix} from '../charts/matrix.ts';
import type {Chart} from '../charts/types.ts';
import {pageDocument} from './document.ts';
import {figure} from './figure.ts';
import {html, nothing} from './html.ts';
import {sessionSection, sessionTitle} from './session.ts';
import {writeFiles} from './write.ts';

export interface ReportOptions {
  readonly sessions: readonly {readonly session: Session; readonly samples: Samples | null}[];
  readonly outDir: string;
  readonly interactive?: boolean;
  readonly title?: string;
  /** Further charts of a session by its id: bytes by step, per-step difference, calibration … */
  readonly extras?: Readonly<Record<string, readonly Chart[]>>;
}

/** Writes `index.html` with its numbers and pictures under `charts/`. Throws UserError for a folder that cannot be written. */
export const writeReport = async (options: ReportOptions): Promise<{index: string; files: string[]}> => {
  if (options.sessions.length === 0) throw new UserError('There is no session to report.', 'jitstat list shows the stored sessions.');
  const many = options.sessions.length > 1;
  const files = new Map<string, string | Uint8Array>();
  const sections = [];
  for (const [i, input] of options.sessions.entries()) {
    const section = await sessionSection(input, many ? `s${i + 1}-` : '', options.extras?.[input.session.id]);
    for (const one of section.figures) one.files.forEach((content, name) => files.set(name, content));
    const {comparison} = input.session;
    if (comparison !== null) files.set(`comparison${many ? `-${i + 1}` : ''}.json`, `${JSON.stringify(comparison, null, 1)}\n`);
    sections.push(section.html);
  }
  const overview = many ? matrix(options.sessions.flatMap(({session}) => (session.comparison === null ? [] : [{label: session.workload ?? session.id, comparison: session.comparison}])), 'matrix') : null;
  const overviewFigure = overview === null ? null : await figure(overview);
  overviewFigure?.files.forEach((content, name) => files.set(name, content));
  const title = options.title ?? (many ? `${options.sessions.length} comparisons` : sessionTitle(options.sessions[0].session));
  const header = many ? html`<h1>${title}</h1><nav class="toc" aria-label="Sessions">${options.sessions.map(({session}, i) => html`<a href="#s${i + 1}-session">${sessionTitle(session)}</a>`)}</nav>` : nothing;
  files.set('index.html', pageDocument({title: `${title} · jitstat`, header, body: html`${overviewFigure?.html ?? nothing}${sections}`}));
  return {index: join(options.outDir, 'index.html'), files: await writeFiles(options.outDir, files)};
};
