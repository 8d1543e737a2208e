-- The link between an indirect provider and an indirect reseller. Both of them see it, and either may remove it.
create table partnerships (
  id uuid primary key,
  provider_id uuid not null references partners,
  -- Null until a reseller has accepted: the request goes to a mailbox.
  reseller_id uuid references partners,
  state text not null check (state in ('requested', 'active', 'removed')),
  -- The request, within the provider's wall.
  invitation_id uuid references invitations,
  -- Whom the provider has asked, as it named it.
  company_name text not null,
  requested_by text not null,
  requested_at timestamptz not null,
  since timestamptz,
  removed_at timestamptz,
  -- The side that removed it; null for a request that came to nothing.
  removed_by_partner uuid references partners,
  removed_by text,
  version integer not null default 1,
  check (state <> 'active' or (reseller_id is not null and since is not null)),
  check ((state = 'removed') = (removed_at is not null)),
  check (reseller_id <> provider_id)
);
create unique index partnerships_one_active on partnerships (provider_id, reseller_id) where state = 'active';
create unique index partnerships_of_invitation on partnerships (invitation_id) where invitation_id is not null;
create index partnerships_of_provider on partnerships (provider_id, state, id desc);
create index partnerships_of_reseller on partnerships (reseller_id, state, id desc) where reseller_id is not null;
alter table partnerships enable row level security;
alter table partnerships force row level security;
create policy partnerships_of_both on partnerships to clientele_api, clientele_worker
  using (current_partner_id() in (provider_id, reseller_id)) with check (current_partner_id() in (provider_id, reseller_id));
create policy partnerships_finder on partnerships for select to clientele_finder using (true);
grant select, insert on partnerships to clientele_api, clientele_worker;
grant update (reseller_id, state, since, removed_at, removed_by_partner, removed_by, version) on partnerships to clientele_api, clientele_worker;
grant select on partnerships to clientele_finder;
--> statement-breakpoint

grant create on schema public to clientele_finder;
-- The partners that the current one has, or had, a partnership with: what each side may know of the other.
create function partnered_partners() returns table (id uuid, name text, type text, cloud text, country text, web_site text)
  language sql stable security definer set search_path = public as $$
  select p.id, p.name, p.type, p.cloud, p.country, p.web_site from partners p
  where p.id in (
    select reseller_id from partnerships where provider_id = current_partner_id() and reseller_id is not null
    union select provider_id from partnerships where reseller_id = current_partner_id())
$$;
alter function partnered_partners() owner to clientele_finder;
revoke all on function partnered_partners() from public;
grant execute on function partnered_partners() to clientele_api, clientele_worker;
revoke create on schema public from clientele_finder;
