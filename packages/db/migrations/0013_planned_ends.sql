-- Ends of relationships that have not begun, and what both sides keep of those that are done.
create table planned_ends (
  id uuid primary key,
  partner_id uuid not null references partners,
  customer_id uuid not null references customers on delete cascade,
  mode text not null check (mode in ('now', 'when-clear', 'at')),
  at timestamptz,
  state text not null check (state in ('awaiting-approval', 'waiting', 'started', 'cancelled', 'refused', 'failed')),
  requested_by text not null,
  requested_at timestamptz not null,
  decided_by text,
  decided_at timestamptz,
  -- Why a second person refused, in that person's words.
  reason text,
  -- When somebody should look again: null while only an act can change anything.
  check_at timestamptz,
  -- How many things blocked it when somebody looked last.
  blockers integer not null default 0,
  -- Since when one that was set for a moment waits for what blocks it.
  held_up_at timestamptz,
  operation_id uuid,
  check ((mode = 'at') = (at is not null))
);
create unique index planned_ends_one_open on planned_ends (partner_id, customer_id) where state in ('awaiting-approval', 'waiting');
create index planned_ends_due on planned_ends (check_at) where state = 'waiting';
create index planned_ends_newest on planned_ends (partner_id, id desc);
create index planned_ends_open on planned_ends (partner_id, state, id desc) where state in ('awaiting-approval', 'waiting');
create index planned_ends_by_customer on planned_ends (partner_id, customer_id, id desc);
--> statement-breakpoint

-- One for each end, with the names as they were then: a customer may come back, be renamed, and end again.
create table end_certificates (
  id uuid primary key,
  partner_id uuid not null references partners,
  customer_id uuid not null references customers on delete cascade,
  operation_id uuid not null,
  since timestamptz,
  ended_at timestamptz not null,
  facts jsonb not null
);
create index end_certificates_by_customer on end_certificates (partner_id, customer_id, id desc);
create unique index end_certificates_one_per_end on end_certificates (partner_id, operation_id, customer_id);
--> statement-breakpoint

do $$
declare name text;
begin
  foreach name in array array['planned_ends', 'end_certificates'] loop
    execute format('alter table %I enable row level security', name);
    execute format('alter table %I force row level security', name);
    execute format('create policy %I on %I to clientele_api, clientele_worker using (partner_id = current_partner_id()) with check (partner_id = current_partner_id())', name || '_of_partner', name);
  end loop;
end $$;
grant select, insert on planned_ends to clientele_api, clientele_worker;
grant update (state, decided_by, decided_at, reason, check_at, blockers, held_up_at, operation_id) on planned_ends to clientele_api, clientele_worker;
grant select on end_certificates to clientele_api;
grant select, insert on end_certificates to clientele_worker;
grant select on planned_ends, end_certificates to clientele_finder;
create policy planned_ends_finder on planned_ends for select to clientele_finder using (true);
create policy end_certificates_finder on end_certificates for select to clientele_finder using (true);
--> statement-breakpoint

-- Whatever takes a subscription or a purchase out of the way, in whatever verb or statement: the end that waits for it is looked at. With the
-- rights of whoever does it, so within the walls of its partner, and one statement however many rows were changed.
create function look_at_planned_ends() returns trigger language plpgsql set search_path = public as $$
begin
  update planned_ends p set check_at = now()
  from (select distinct partner_id, customer_id from before where state = 'active') was
  where p.partner_id = was.partner_id and p.customer_id = was.customer_id and p.state = 'waiting'
    and (p.at is null or p.at <= now()) and (p.check_at is null or p.check_at > now());
  return null;
end $$;
revoke all on function look_at_planned_ends() from public;
create trigger subscriptions_unblock after update on subscriptions referencing old table as before
  for each statement execute function look_at_planned_ends();
create trigger purchases_unblock after update on purchases referencing old table as before
  for each statement execute function look_at_planned_ends();
create trigger subscriptions_gone after delete on subscriptions referencing old table as before
  for each statement execute function look_at_planned_ends();
-- A relationship that is no longer active in another way: somebody looks, and says that the plan came to nothing.
create function look_at_planned_end() returns trigger language plpgsql set search_path = public as $$
begin
  update planned_ends set check_at = now() where partner_id = new.partner_id and customer_id = new.id and state = 'waiting';
  return null;
end $$;
revoke all on function look_at_planned_end() from public;
create trigger customers_left after update on customers for each row
  when (old.relationship = 'active' and new.relationship <> 'active') execute function look_at_planned_end();
--> statement-breakpoint

grant create on schema public to clientele_finder;
-- The ends to look at now, of every partner: ids only.
create function due_planned_ends(at_time timestamptz, most integer) returns table (id uuid, partner_id uuid)
  language sql stable security definer set search_path = public as $$
  select id, partner_id from planned_ends where state = 'waiting' and check_at <= at_time order by check_at limit most
$$;
-- The partner that a certificate is about.
create function end_certificate_partner(certificate uuid) returns uuid language sql stable security definer set search_path = public
  return (select partner_id from end_certificates where id = certificate);
do $$
declare signature text;
begin
  foreach signature in array array['due_planned_ends(timestamptz, integer)', 'end_certificate_partner(uuid)'] loop
    execute 'alter function ' || signature || ' owner to clientele_finder';
    execute 'revoke all on function ' || signature || ' from public';
  end loop;
end $$;
revoke create on schema public from clientele_finder;
grant execute on function due_planned_ends(timestamptz, integer) to clientele_worker;
grant execute on function end_certificate_partner(uuid) to clientele_api;
