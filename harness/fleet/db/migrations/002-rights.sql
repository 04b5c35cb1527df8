-- Who may do what with the results: the hub everything, a reader read. Agents and submitters reach
-- them through the hub only.
do $$
begin
  if not exists (select from pg_roles where rolname = 'jitstat_hub') then
    create role jitstat_hub nologin;
  end if;
  if not exists (select from pg_roles where rolname = 'jitstat_reader') then
    create role jitstat_reader nologin;
  end if;
end $$;

revoke all on schema jitstat from public;
grant usage on schema jitstat to jitstat_hub, jitstat_reader;
grant select, insert, update, delete on all tables in schema jitstat to jitstat_hub;
grant usage, select on all sequences in schema jitstat to jitstat_hub;
grant select on all tables in schema jitstat to jitstat_reader;
revoke insert, update, delete on jitstat.migration from jitstat_hub;
alter default privileges in schema jitstat
  grant select, insert, update, delete on tables to jitstat_hub;
alter default privileges in schema jitstat grant usage, select on sequences to jitstat_hub;
alter default privileges in schema jitstat grant select on tables to jitstat_reader;
