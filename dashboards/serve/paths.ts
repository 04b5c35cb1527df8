// Addresses of the server's pages.
import type {SessionBrief} from '../../results/history/index.ts';

export const sessionPath = (id: string): string => `/sessions/${encodeURIComponent(id)}/index.html`;

export const workloadPath = (name: string): string =>
  `/workload/${encodeURIComponent(name)}/index.html`;

export const nightPath = (id: string): string => `/night/${encodeURIComponent(id)}/index.html`;

/** `2026-11-22 09:30`, UTC. */
export const timeOf = ({created}: Pick<SessionBrief, 'created'>): string =>
  created.slice(0, 16).replace('T', ' ');

/** The history of one event of a workload. */
export const eventPath = (workload: string, event: string): string =>
  `/event/${encodeURIComponent(workload)}/${encodeURIComponent(event)}/index.html`;
