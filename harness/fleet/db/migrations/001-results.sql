-- What a fleet measured: an index over session files, which stay the truth. Every row can be
-- made again from the files (jitstat store rebuild).
create schema if not exists jitstat;

create type jitstat.verdict as enum ('more', 'less', 'equal', 'unsettled');

create table jitstat.host (
  id   smallint generated always as identity primary key,
  name text not null unique
);

-- What a host said of itself (CPU, microcode, kernel …); equal records are one row.
create table jitstat.host_record (
  id     integer generated always as identity primary key,
  host   smallint not null references jitstat.host,
  digest text not null,
  record jsonb not null,
  unique (host, digest)
);

-- What is measured, the same on all hosts. `after` is empty if there is one side.
create table jitstat.series (
  id       integer generated always as identity primary key,
  workload text not null,
  repeat   bigint not null,
  before   text not null,
  after    text not null,
  event    text not null,
  unit     text not null,
  kind     text not null,
  margin   double precision not null,
  unique (workload, event, before, after, repeat)
);

create table jitstat.session (
  id         integer generated always as identity primary key,
  name       text not null unique,
  checksum   text not null,
  host       smallint not null references jitstat.host,
  record     integer not null references jitstat.host_record,
  night      date not null,
  night_id   text,
  at         timestamptz not null,
  kind       text not null,
  status     text not null,
  reason     text,
  workload   text not null,
  before     text not null,
  after      text not null,
  commit     text,
  suite      text,
  variant    text,
  job        uuid,
  attempt    integer,
  submitter  text,
  aa_changed integer,
  aa_rows    integer,
  imported   timestamptz not null default now()
);
create index session_by_host on jitstat.session (host, night, at);
create index session_by_commit on jitstat.session (commit, host) where commit is not null;
create index session_by_job on jitstat.session (job) where job is not null;

-- One event of one session. `is_new`: a change that the night before did not show.
create table jitstat.point (
  series       integer not null references jitstat.series,
  host         smallint not null references jitstat.host,
  verdict      jitstat.verdict,
  night        date not null,
  session      integer not null references jitstat.session on delete cascade,
  at           timestamptz not null,
  before_level double precision,
  level        double precision,
  ratio        double precision,
  low          real,
  high         real,
  runs         integer,
  spikes       integer,
  is_new       boolean not null default false
);
-- A series is read from this index alone; the columns after `include` save the visits to the table.
create unique index point_by_series on jitstat.point (series, host, at, session)
  include (night, ratio, low, high, level, verdict, spikes, runs);
create index point_by_session on jitstat.point (session);
create index point_new on jitstat.point (night, host) where is_new;
create index point_changed on jitstat.point (night, host) where verdict in ('more', 'less');

-- A night of one host, from its sessions and its night records.
create table jitstat.host_night (
  host       smallint not null references jitstat.host,
  night      date not null,
  first_at   timestamptz not null,
  last_at    timestamptz not null,
  record     integer references jitstat.host_record,
  -- That of the night before, if it was another one.
  record_before integer references jitstat.host_record,
  commit     text,
  sessions   integer not null,
  refused    integer not null,
  aa_changed integer not null,
  aa_rows    integer not null,
  primary key (host, night)
);
create index host_night_by_night on jitstat.host_night (night);
create index host_night_changed on jitstat.host_night (host, night) where record_before is not null;

-- What `jitstat nightly` said of a night: its A/A, alerts and notes, as in its file.
create table jitstat.night_record (
  id       text primary key,
  checksum text not null,
  host     smallint not null references jitstat.host,
  night    date not null,
  status   text not null,
  reason   text,
  suite    text not null,
  aa_quiet boolean,
  alerts   jsonb not null,
  notes    jsonb not null
);
create index night_record_by_night on jitstat.night_record (night, host);

-- Levels and spikes of one series on one host, recomputed from all its points.
create table jitstat.history (
  series    integer not null references jitstat.series,
  host      smallint not null references jitstat.host,
  stretches jsonb not null,
  spikes    jsonb not null,
  computed  timestamptz not null default now(),
  primary key (series, host)
);

-- Recomputed with `history`, never edited.
create table jitstat.change_point (
  series         integer not null references jitstat.series,
  host           smallint not null references jitstat.host,
  at             timestamptz not null,
  night          date not null,
  before_level   double precision not null,
  after_level    double precision not null,
  ratio          double precision,
  p              double precision not null,
  session_before text not null,
  session_after  text not null,
  primary key (series, host, at)
);
create index change_point_by_night on jitstat.change_point (night);

-- Series whose history is to be recomputed.
create table jitstat.stale (
  series integer not null references jitstat.series,
  host   smallint not null references jitstat.host,
  primary key (series, host)
);

-- A new change of one series on one host and night. State, owner and note are those of its last move.
create table jitstat.alert (
  id      text primary key,
  series  integer not null references jitstat.series,
  host    smallint not null references jitstat.host,
  night   date not null,
  state   text not null default 'new',
  owner   text,
  note    text not null default '',
  changed timestamptz,
  unique (series, host, night)
);
create index alert_by_state on jitstat.alert (state, night);

-- What people did to alerts; each is a file of the store as well. The alert may come later.
create table jitstat.alert_move (
  id    text primary key,
  alert text not null,
  at    timestamptz not null,
  by    text not null,
  state text not null,
  owner text,
  note  text not null
);
create index alert_move_by_alert on jitstat.alert_move (alert, id);

create table jitstat.note (
  id       text primary key,
  night    date not null,
  text     text not null,
  machine  text,
  workload text
);
