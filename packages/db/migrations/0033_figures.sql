-- Figures: what the charts of the overview are drawn from. Kept by events as they are written, and counted by nobody while somebody waits. See ADR 0044.

create function utc_day(at timestamptz) returns date language sql immutable parallel safe
  return (at at time zone 'UTC')::date;
-- How long an answer took, in the words of packages/domain/src/figures.ts.
create function answer_bucket(took interval) returns text language sql immutable parallel safe
  return case
    when took < interval '1 hour' then '1h' when took < interval '4 hours' then '4h' when took < interval '12 hours' then '12h'
    when took < interval '1 day' then '1d' when took < interval '3 days' then '3d' when took < interval '7 days' then '7d'
    when took < interval '14 days' then '14d' else 'later' end;
--> statement-breakpoint

-- So much of something on a day (UTC): of `customers` by how many more or fewer there were at its end, of everything else how many.
create table figures (
  partner_id uuid not null,
  name text not null,
  day date not null,
  value bigint not null,
  primary key (partner_id, name, day)
);
-- What has been added and is not in the figures yet. Whoever writes an event only adds rows here, so nobody waits for anybody; a worker adds them up.
create table figure_changes (
  partner_id uuid not null,
  id uuid not null default gen_random_uuid(),
  name text not null,
  day date not null,
  value bigint not null,
  primary key (partner_id, id)
);
do $$
declare name text;
begin
  foreach name in array array['figures', 'figure_changes'] loop
    execute format('alter table %I enable row level security', name);
    execute format('alter table %I force row level security', name);
    execute format('create policy %I on %I to clientele_api, clientele_worker using (partner_id = current_partner_id()) with check (partner_id = current_partner_id())', name || '_of_partner', name);
    execute format('grant select on %I to clientele_api, clientele_worker', name);
  end loop;
end $$;
grant insert, update on figures to clientele_worker;
grant insert, delete on figure_changes to clientele_worker;
grant select, insert on figure_changes to clientele_finder;
create policy figure_changes_finder on figure_changes to clientele_finder using (true) with check (true);
grant select (type) on events to clientele_finder;
grant select on invitation_visits to clientele_finder, clientele_worker;
do $$
begin
  if not exists (select from pg_policies where tablename = 'invitation_visits' and 'clientele_finder' = any(roles::text[])) then
    create policy invitation_visits_finder on invitation_visits for select to clientele_finder using (true);
  end if;
end $$;
--> statement-breakpoint

-- What needs somebody is read a handful at a time, the most urgent first.
create index operations_of_state on operations (partner_id, state, id desc) where state in ('queued', 'running', 'paused', 'failed');
create index invitations_pending_by_expiry on invitations (partner_id, expires_at) where state = 'pending';
create index invitations_pending_by_age on invitations (partner_id, created_at) where state = 'pending';
create index planned_ends_held_up on planned_ends (partner_id, held_up_at) where state = 'waiting' and held_up_at is not null;
create index deliveries_undelivered on deliveries (partner_id, queued_at desc) where kind = 'invitation' and state in ('bounced', 'failed');
--> statement-breakpoint

grant create on schema public to clientele_finder;
--> statement-breakpoint
create function add_figures_of_events() returns trigger language plpgsql security definer set search_path = public as $$
declare mailed uuid[];
begin
  if not exists (select from added where type in (
    'relationship.established', 'relationship.reinstated', 'relationship.ended', 'customer.onboarding_undone', 'invitation.created', 'invitation.accepted',
    'operation.succeeded', 'operation.failed', 'mail.sent', 'mail.bounced', 'mail.failed')) then
    return null;
  end if;
  insert into figure_changes (partner_id, name, day, value)
  select c.partner_id, c.name, c.day, sum(c.value) from (
    select partner_id, 'customers' as name, utc_day(at) as day, case type when 'relationship.ended' then -1 else 1 end as value
    from added where type in ('relationship.established', 'relationship.reinstated', 'relationship.ended')
    union all
    -- An onboarding that is taken back after the relationship stood.
    select a.partner_id, 'customers', utc_day(a.at), -1 from added a
    where a.type = 'customer.onboarding_undone' and exists (
      select from events e where e.partner_id = a.partner_id and e.customer_id = a.customer_id and e.type = 'relationship.established')
    union all
    -- An invitation counts for the day on which it was made, whenever it gets how far.
    select i.partner_id, case a.type when 'invitation.created' then 'invitations.sent' else 'invitations.accepted' end, utc_day(i.created_at), 1
    from added a join invitations i on i.id = a.invitation_id where a.type in ('invitation.created', 'invitation.accepted')
    union all
    select i.partner_id, 'answers.' || answer_bucket(a.at - i.created_at), utc_day(a.at), 1
    from added a join invitations i on i.id = a.invitation_id where a.type = 'invitation.accepted'
    union all
    select partner_id, case type when 'operation.succeeded' then 'operations.succeeded' else 'operations.failed' end, utc_day(at), 1
    from added where type in ('operation.succeeded', 'operation.failed')
  ) c group by 1, 2, 3 having sum(c.value) <> 0;

  -- Delivered: a mail with the link was taken, and has not come back. There may be several of one invitation.
  select array_agg(distinct invitation_id order by invitation_id) into mailed from added
  where invitation_id is not null and data->>'kind' in ('invitation', 'invitation_reminder')
    and (type = 'mail.sent' or (type in ('mail.bounced', 'mail.failed') and data->>'learned' = 'report'));
  if mailed is null then return null; end if;
  -- Of two mails of one invitation the second looks when the first is done. A statement of its own, so that the next one sees what was waited for.
  perform pg_advisory_xact_lock(hashtextextended('delivered ' || id, 0)) from unnest(mailed) id;
  insert into figure_changes (partner_id, name, day, value)
  select m.partner_id, 'invitations.delivered', m.day, sum(m.is::int - m.was::int) from (
    select i.partner_id, utc_day(i.created_at) as day,
      exists (select from deliveries d where d.partner_id = i.partner_id and d.invitation_id = i.id and d.kind in ('invitation', 'invitation_reminder') and d.state = 'sent') as is,
      exists (
        select from deliveries d where d.partner_id = i.partner_id and d.invitation_id = i.id and d.kind in ('invitation', 'invitation_reminder')
          and case
            when exists (select from added a where a.type = 'mail.sent' and a.data->>'deliveryId' = d.id::text) then false
            -- It had been taken before it came back; where only the report says so, both are of one moment.
            when exists (select from added a where a.data->>'learned' = 'report' and a.data->>'deliveryId' = d.id::text and d.sent_at < a.at) then true
            else d.state = 'sent' end) as was
    from invitations i where i.id = any(mailed)
  ) m group by 1, 3 having sum(m.is::int - m.was::int) <> 0;
  return null;
end $$;
create trigger events_add_figures after insert on events referencing new table as added for each statement execute function add_figures_of_events();

-- Opened by a person, by whichever of its links first. A visit is an observation and no event (ADR 0019).
create function add_figure_of_visit() returns trigger language plpgsql security definer set search_path = public as $$
begin
  perform pg_advisory_xact_lock(hashtextextended('opened ' || new.invitation_id, 0));
  insert into figure_changes (partner_id, name, day, value)
  select i.partner_id, 'invitations.opened', utc_day(i.created_at), 1 from invitations i
  where i.id = new.invitation_id and not exists (
    select from invitation_visits v where v.invitation_id = new.invitation_id and v.visitor = 'person' and v.token_version <> new.token_version);
  return null;
end $$;
create trigger invitation_visits_add_figure after insert on invitation_visits for each row when (new.visitor = 'person') execute function add_figure_of_visit();

-- Partners with something to add up; ids only.
create function partners_with_figure_changes(most integer) returns setof uuid language sql stable security definer set search_path = public as $$
  with recursive one as (
    (select partner_id from figure_changes order by partner_id limit 1)
    union all
    select (select c.partner_id from figure_changes c where c.partner_id > one.partner_id order by c.partner_id limit 1) from one where one.partner_id is not null
  )
  select partner_id from one where partner_id is not null limit most
$$;
do $$
declare signature text;
begin
  foreach signature in array array['add_figures_of_events()', 'add_figure_of_visit()', 'partners_with_figure_changes(integer)'] loop
    execute 'alter function ' || signature || ' owner to clientele_finder';
    execute 'revoke all on function ' || signature || ' from public';
  end loop;
end $$;
revoke create on schema public from clientele_finder;
grant execute on function partners_with_figure_changes(integer) to clientele_worker;
--> statement-breakpoint

-- The recount, from the rows and the events; with the rights of who asks. From this day on all records are there: what retention removed lies before.
create function first_kept_day(partner uuid) returns date language sql stable set search_path = public as $$
  select utc_day(max((data->>'before')::timestamptz)) + 1 from events where partner_id = partner and type = 'log.records_removed'
$$;
create function recounted_figures(partner uuid) returns table (name text, day date, value bigint) language sql stable set search_path = public as $$
  with kept as materialized (select first_kept_day(partner) as first),
    happened as materialized (
      select e.type, e.customer_id, utc_day(e.at) as day from events e, kept
      where e.partner_id = partner and (kept.first is null or utc_day(e.at) >= kept.first) and e.type in (
        'relationship.established', 'relationship.reinstated', 'relationship.ended', 'customer.onboarding_undone', 'operation.succeeded', 'operation.failed')),
    moves as materialized (
      select h.day, case h.type when 'relationship.established' then 1 when 'relationship.reinstated' then 1 else -1 end as value from happened h
      where h.type like 'relationship.%' or (h.type = 'customer.onboarding_undone' and exists (
        select from events e where e.partner_id = partner and e.customer_id = h.customer_id and e.type = 'relationship.established')))
  select f.name, f.day, sum(f.value)::bigint from (
    select 'customers' as name, m.day, m.value from moves m
    union all
    -- Those of whose beginning no record tells: they were here before all of them.
    select 'customers', coalesce((select first - 1 from kept), (select utc_day(p.created_at) from partners p where p.id = partner)),
      (select count(*) from customers c where c.partner_id = partner and c.relationship in ('active', 'ending') and c.onboarding_operation_id is null) - coalesce((select sum(m.value) from moves m), 0)
    union all
    select 'operations.' || split_part(h.type, '.', 2), h.day, 1 from happened h where h.type like 'operation.%'
    union all
    -- Each by itself from the table, whose index serves whatever the planner thinks of the other side.
    select 'invitations.sent', utc_day(i.created_at), 1 from invitations i where i.partner_id = partner
    union all
    select 'invitations.delivered', utc_day(i.created_at), 1 from invitations i where i.partner_id = partner and exists (
      select from deliveries d where d.partner_id = partner and d.invitation_id = i.id and d.kind in ('invitation', 'invitation_reminder') and d.state = 'sent')
    union all
    select 'invitations.opened', utc_day(i.created_at), 1 from invitations i
    where i.partner_id = partner and exists (select from invitation_visits v where v.invitation_id = i.id and v.visitor = 'person')
    union all
    select 'invitations.accepted', utc_day(i.created_at), 1 from invitations i where i.partner_id = partner and i.state = 'accepted'
    union all
    select 'answers.' || answer_bucket(i.answered_at - i.created_at), utc_day(i.answered_at), 1 from invitations i
    where i.partner_id = partner and i.state = 'accepted'
  ) f group by 1, 2 having sum(f.value) <> 0
$$;
-- What is missing in the figures, and what is too much: nothing, unless there is a mistake. What lies before the first kept day is left as it is, but for
-- the sum of its customers.
create function figure_differences(partner uuid) returns table (name text, day date, value bigint) language sql stable set search_path = public as $$
  with kept as materialized (select first_kept_day(partner) as first),
    both_sides as (
      select f.name, f.day, -f.value as value from figures f where f.partner_id = partner
      union all select c.name, c.day, -c.value from figure_changes c where c.partner_id = partner
      union all select r.name, r.day, r.value from recounted_figures(partner) r)
  select b.name, case when b.name = 'customers' and kept.first is not null then greatest(b.day, kept.first - 1) else b.day end, sum(b.value)::bigint
  from both_sides b, kept
  where not (b.name like 'operations.%' and kept.first is not null and b.day < kept.first)
  group by 1, 2 having sum(b.value) <> 0
$$;
do $$
declare signature text;
begin
  foreach signature in array array['first_kept_day(uuid)', 'recounted_figures(uuid)', 'figure_differences(uuid)'] loop
    execute 'revoke all on function ' || signature || ' from public';
    execute 'grant execute on function ' || signature || ' to clientele_worker';
  end loop;
end $$;
--> statement-breakpoint

-- What has happened before there were figures. The owner looks past the walls for this once.
do $$
declare name text;
begin
  foreach name in array array['partners', 'events', 'customers', 'invitations', 'deliveries', 'invitation_visits', 'figures', 'figure_changes'] loop
    execute format('alter table %I no force row level security', name);
  end loop;
  insert into figures select p.id, d.name, d.day, d.value from partners p, figure_differences(p.id) d;
  foreach name in array array['partners', 'events', 'customers', 'invitations', 'deliveries', 'invitation_visits', 'figures', 'figure_changes'] loop
    execute format('alter table %I force row level security', name);
  end loop;
end $$;
