-- Delegated admin has an end: since when, until when, and when the partner is to be warned next (packages/domain/src/delegated-admin.ts).
-- What was granted before has none: nobody consented to an end.
alter table customers
  add column delegated_admin_since timestamptz,
  add column delegated_admin_until timestamptz,
  add column delegated_admin_changed_at timestamptz,
  add column delegated_admin_warn_at timestamptz;
-- The watchers read what is due and nothing else, however many relationships there are.
create index customers_admin_ending on customers (delegated_admin_until) where delegated_admin and delegated_admin_until is not null;
create index customers_admin_to_warn on customers (delegated_admin_warn_at) where delegated_admin and delegated_admin_warn_at is not null;
-- The calendar: a month of a partner.
create index customers_admin_calendar on customers (partner_id, delegated_admin_until, id) where delegated_admin and delegated_admin_until is not null;
alter table invitations
  add column delegated_admin_days integer check (delegated_admin_days between 1 and 730),
  drop constraint invitations_purpose_check,
  add constraint invitations_purpose_check check (purpose in ('relationship', 'reinstate', 'delegated-admin'));
--> statement-breakpoint
-- A partner user's own address of the calendar. The token in it is computed (ADR 0004): id and version; a new version kills the older address.
create table calendar_feeds (
  id uuid primary key,
  partner_id uuid not null references partners,
  user_id text not null references users on delete cascade,
  version integer not null default 1,
  created_at timestamptz not null,
  unique (partner_id, user_id)
);
alter table calendar_feeds enable row level security;
alter table calendar_feeds force row level security;
create policy calendar_feeds_of_partner on calendar_feeds to clientele_api, clientele_worker
  using (partner_id = current_partner_id()) with check (partner_id = current_partner_id());
grant select, insert, update (version), delete on calendar_feeds to clientele_api;
grant select on calendar_feeds to clientele_finder;
create policy calendar_feeds_finder on calendar_feeds for select to clientele_finder using (true);
--> statement-breakpoint
grant create on schema public to clientele_finder;
-- Whose time is over, the longest over first.
create function ended_delegated_admin(at_time timestamptz, most integer) returns table (id uuid, partner_id uuid)
  language sql stable security definer set search_path = public as $$
  select id, partner_id from customers where delegated_admin and delegated_admin_until <= at_time order by delegated_admin_until limit most
$$;
-- The partners that are to be warned of something now.
create function partners_to_warn(at_time timestamptz, most integer) returns table (partner_id uuid)
  language sql stable security definer set search_path = public as $$
  select distinct due.partner_id from (
    select c.partner_id from customers c where c.delegated_admin and c.delegated_admin_warn_at <= at_time order by c.delegated_admin_warn_at limit most
  ) due
$$;
-- Whose calendar an address is.
create function calendar_feed_owner(feed uuid) returns table (partner_id uuid, user_id text, version integer)
  language sql stable security definer set search_path = public as $$
  select f.partner_id, f.user_id, f.version from calendar_feeds f where f.id = feed
$$;
do $$
declare signature text;
begin
  foreach signature in array array['ended_delegated_admin(timestamptz, integer)', 'partners_to_warn(timestamptz, integer)', 'calendar_feed_owner(uuid)'] loop
    execute 'alter function ' || signature || ' owner to clientele_finder';
    execute 'revoke all on function ' || signature || ' from public';
  end loop;
end $$;
revoke create on schema public from clientele_finder;
grant execute on function ended_delegated_admin(timestamptz, integer), partners_to_warn(timestamptz, integer) to clientele_worker;
grant execute on function calendar_feed_owner(uuid) to clientele_api;
