// The hub's own tables, the database roles and their row policies, as SQL that may run again.

/** Names of the database roles that a token may have. */
export const tokenRoles = ['admin', 'submitter', 'agent', 'reader'] as const;
export type TokenRole = (typeof tokenRoles)[number];

/** Tables of hosts, tokens, results and the log. */
const tables = `
create schema if not exists fleet;
create table if not exists fleet.host (
  name text primary key,
  class text,
  drained boolean not null default false,
  suites text[],
  record jsonb,
  agent uuid,
  epoch bigint,
  seen timestamptz
);
create table if not exists fleet.token (
  name text primary key,
  hash text not null unique,
  role text not null check (role in ('admin', 'submitter', 'agent', 'reader')),
  host text references fleet.host,
  created timestamptz not null default now(),
  revoked timestamptz,
  check ((role = 'agent') = (host is not null))
);
create table if not exists fleet.result (
  job uuid primary key,
  host text not null,
  suite text not null,
  variant text,
  commit text not null,
  submitter text not null,
  attempt int not null,
  sessions text[] not null,
  received timestamptz not null default now()
);
alter table fleet.result add column if not exists good text;
alter table fleet.result add column if not exists answer text;
create table if not exists fleet.log (
  id bigint generated always as identity primary key,
  at timestamptz not null default now(),
  who text not null,
  action text not null,
  host text,
  job uuid,
  refused boolean not null,
  detail text not null
);
create index if not exists log_at on fleet.log (at);
`;

const roles = ['hub', ...tokenRoles]
  .map(
    (role) =>
      `if not exists (select from pg_roles where rolname = 'jitstat_${role}') then ` +
      `create role jitstat_${role} nologin; end if;`,
  )
  .join('\n');

//  who               queue (boss.job_common)              fleet                     results
//  jitstat_admin     all                                  all                       all
//  jitstat_hub       all rows                             all rows                  all rows
//  jitstat_submitter reads; adds and cancels its own      reads hosts and results   -
//  jitstat_agent     reads and updates its host's rows    -                         -
//  jitstat_reader    reads                                reads hosts and results   reads
//
// The policies are on job_common, because pg-boss addresses that table and not its parent boss.job,
// to which only the hub has a right.
const rights = `
grant jitstat_submitter, jitstat_agent, jitstat_reader to jitstat_hub;
grant jitstat_hub to jitstat_admin;
grant usage on schema boss, fleet to jitstat_hub, jitstat_submitter, jitstat_agent, jitstat_reader;
grant select, insert, update, delete on all tables in schema boss, fleet to jitstat_hub;
grant usage, select on all sequences in schema boss, fleet to jitstat_hub;
alter default privileges in schema boss, fleet
  grant select, insert, update, delete on tables to jitstat_hub;
grant all on schema boss, fleet to jitstat_admin;
grant all on all tables in schema boss, fleet to jitstat_admin;
grant select on boss.queue to jitstat_submitter, jitstat_agent, jitstat_reader;
grant select, insert, update on boss.job_common to jitstat_submitter;
grant select, update on boss.job_common to jitstat_agent;
grant select on boss.job_common to jitstat_reader;
grant select on fleet.host, fleet.result to jitstat_submitter, jitstat_reader;

alter table boss.job_common enable row level security;
${[
  ['hub_all', 'all', 'jitstat_hub, jitstat_admin', 'using (true) with check (true)'],
  ['read_all', 'select', 'jitstat_submitter, jitstat_reader', 'using (true)'],
  ['add_own', 'insert', 'jitstat_submitter', `with check (${ofSubmitter()})`],
  ['change_own', 'update', 'jitstat_submitter', `using (${ofSubmitter()})`],
  ['host_reads', 'select', 'jitstat_agent', `using (${ofHost()})`],
  ['host_changes', 'update', 'jitstat_agent', `using (${ofHost()}) with check (${ofHost()})`],
]
  .map(
    ([policy, action, to, how]) =>
      `drop policy if exists ${policy} on boss.job_common;\n` +
      `create policy ${policy} on boss.job_common for ${action} to ${to} ${how};`,
  )
  .join('\n')}
`;

function ofSubmitter(): string {
  return `data->>'submitter' = current_setting('jitstat.who', true)`;
}

function ofHost(): string {
  return `name = 'host/' || current_setting('jitstat.host', true)`;
}

/** Needs the schema of pg-boss to exist, and the right to create roles. */
export const fleetSchema = `${tables}
do $$ begin
${roles}
end $$;
${rights}`;
