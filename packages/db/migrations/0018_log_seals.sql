-- The activity log is sealed: a chain of hashes per partner, with signed checkpoints. See ADR 0029 and docs/activity-log.md.

-- From where something was done: of a request its address and user agent; of an operation that a job carries out for a person, the operation.
alter table events add column operation_id uuid, add column ip text, add column user_agent text;
--> statement-breakpoint

-- What is committed and has no seal yet. A trigger keeps it, so that a record is found whenever it commits: no mark to pass it by. No foreign keys here
-- and below: they would cost each writer a look-up and, when old records go, an order.
create table unsealed_events (
  partner_id uuid not null,
  event_id uuid not null,
  primary key (partner_id, event_id)
);
-- One link of the chain for each record: its place, and the hash over it and the link before.
create table event_seals (
  partner_id uuid not null,
  seq bigint not null,
  event_id uuid not null unique,
  hash bytea not null check (octet_length(hash) = 32),
  primary key (partner_id, seq)
);
-- Signed words of the installation about the chain: up to here it is thus (`seal`), and up to here it was removed (`cut`).
create table log_checkpoints (
  partner_id uuid not null,
  seq bigint not null,
  kind text not null check (kind in ('seal', 'cut')),
  hash bytea not null,
  -- As it was signed, to the millisecond.
  at timestamptz not null,
  public_key bytea not null,
  signature bytea not null,
  primary key (partner_id, seq, kind)
);
create table log_verifications (
  id uuid primary key,
  partner_id uuid not null,
  requested_by text,
  requested_at timestamptz not null,
  finished_at timestamptz,
  -- The last link that was looked at, how many records, and what was wrong with which.
  seq bigint,
  records bigint,
  problems jsonb
);
create index log_verifications_newest on log_verifications (partner_id, requested_at desc);
create index log_verifications_open on log_verifications (requested_at) where finished_at is null;
--> statement-breakpoint

alter table events no force row level security;
insert into unsealed_events select partner_id, id from events order by 1, 2;
alter table events force row level security;
do $$
declare name text;
begin
  foreach name in array array['unsealed_events', 'event_seals', 'log_checkpoints', 'log_verifications'] loop
    execute format('alter table %I enable row level security', name);
    execute format('alter table %I force row level security', name);
    execute format('create policy %I on %I to clientele_api, clientele_worker using (partner_id = current_partner_id()) with check (partner_id = current_partner_id())', name || '_of_partner', name);
    execute format('grant select on %I to clientele_api, clientele_worker', name);
  end loop;
end $$;
-- Nobody of ours may change or remove a link or a checkpoint.
grant delete on unsealed_events to clientele_worker;
grant insert on event_seals, log_checkpoints to clientele_worker;
grant insert on log_verifications to clientele_api, clientele_worker;
grant update (finished_at, seq, records, problems) on log_verifications to clientele_worker;
grant select, insert on unsealed_events to clientele_finder;
create policy unsealed_events_finder on unsealed_events to clientele_finder using (true) with check (true);
-- Old records go by the function below alone, which looks after what may go.
grant select (id, at), delete on events to clientele_finder;
create policy events_finder_delete on events for delete to clientele_finder using (partner_id = current_partner_id());
grant select, delete on event_seals, log_checkpoints to clientele_finder;
create policy event_seals_finder on event_seals to clientele_finder using (partner_id = current_partner_id());
create policy log_checkpoints_finder on log_checkpoints to clientele_finder using (partner_id = current_partner_id());
grant select (partner_id, settings) on partner_settings to clientele_finder;
create policy partner_settings_finder on partner_settings for select to clientele_finder using (true);
grant select on log_verifications to clientele_finder;
create policy log_verifications_finder on log_verifications for select to clientele_finder using (true);
--> statement-breakpoint

grant create on schema public to clientele_finder;
--> statement-breakpoint
create function queue_for_seal() returns trigger language plpgsql security definer set search_path = public as $$
begin
  insert into unsealed_events select partner_id, id from added;
  return null;
end $$;
create trigger events_queue_for_seal after insert on events referencing new table as added for each statement execute function queue_for_seal();

-- Partners whose log has something to seal; ids only.
create function partners_to_seal(most integer) returns setof uuid language sql stable security definer set search_path = public as $$
  -- A skip from one partner to the next: there may be very many rows of each.
  with recursive one as (
    (select partner_id from unsealed_events order by partner_id limit 1)
    union all
    select (select u.partner_id from unsealed_events u where u.partner_id > one.partner_id order by u.partner_id limit 1) from one where one.partner_id is not null
  )
  select partner_id from one where partner_id is not null limit most
$$;
-- Partners whose log was not looked through since then, and those who asked for it.
create function logs_to_verify(before timestamptz, most integer) returns setof uuid language sql stable security definer set search_path = public as $$
  select p.id from partners p
  where exists (select from log_verifications v where v.partner_id = p.id and v.finished_at is null)
    or not exists (select from log_verifications v where v.partner_id = p.id and v.requested_at > before)
  limit most
$$;
-- Partners whose records do not stay for ever.
create function partners_with_retention() returns setof uuid language sql stable security definer set search_path = public as $$
  select partner_id from partner_settings where jsonb_typeof(settings -> 'activityYears') = 'number'
$$;
-- Removes some of the current partner's records up to the newest signed cut, with their links and the checkpoints in between. None that is younger than a year,
-- whatever was signed.
create function remove_cut_records(most integer) returns integer language sql security definer set search_path = public as $$
  with cut as (select max(seq) as seq from log_checkpoints where partner_id = current_partner_id() and kind = 'cut'),
    some_links as materialized (
      select s.seq, s.event_id from event_seals s, cut where s.partner_id = current_partner_id() and s.seq <= cut.seq order by s.seq limit most),
    gone as (
      delete from event_seals s using some_links l, events e
      where s.partner_id = current_partner_id() and s.seq = l.seq and e.id = l.event_id and e.at < now() - interval '1 year' returning s.event_id),
    points as (
      delete from log_checkpoints c using cut where c.partner_id = current_partner_id() and c.kind = 'seal' and c.seq < cut.seq returning 1),
    removed as (delete from events e using gone where e.id = gone.event_id returning 1)
  select count(*)::int from removed
$$;
create function partners_with_log() returns table (id uuid, name text) language sql stable security definer set search_path = public as $$
  select id, name from partners order by id
$$;
--> statement-breakpoint
do $$
declare signature text;
begin
  foreach signature in array array[
    'queue_for_seal()', 'partners_to_seal(integer)', 'logs_to_verify(timestamptz, integer)', 'partners_with_log()', 'partners_with_retention()',
    'remove_cut_records(integer)'
  ] loop
    execute 'alter function ' || signature || ' owner to clientele_finder';
    execute 'revoke all on function ' || signature || ' from public';
  end loop;
end $$;
revoke create on schema public from clientele_finder;
grant execute on function partners_to_seal(integer), logs_to_verify(timestamptz, integer), partners_with_log(), partners_with_retention(), remove_cut_records(integer) to clientele_worker;
