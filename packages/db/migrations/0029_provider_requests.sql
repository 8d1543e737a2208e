-- What indirect providers and their resellers do with customers: see ADR 0040.

-- The reseller of record; null: the partner itself.
alter table subscriptions add column reseller_id uuid references partners;
-- The indirect reseller that the customer sees as its support contact, instead of what was typed.
alter table customers add column support_reseller_id uuid references partners;
--> statement-breakpoint

-- What an indirect reseller asks its provider to do for a customer that both serve. Both see it.
create table provider_requests (
  id uuid primary key,
  provider_id uuid not null references partners,
  reseller_id uuid not null references partners,
  partnership_id uuid not null references partnerships,
  kind text not null check (kind in ('attest', 'end', 'order')),
  state text not null check (state in ('requested', 'confirmed', 'declined', 'withdrawn', 'lapsed')),
  -- The same organisation, as each of the two has it. A reseller may serve one that only its provider has.
  provider_customer_id uuid not null references customers on delete cascade,
  reseller_customer_id uuid references customers on delete set null,
  -- As the reseller knew them when it asked.
  company_name text not null,
  domain text not null,
  -- Of an order.
  product_id text,
  details jsonb not null,
  requested_by text not null,
  requested_by_name text not null,
  requested_at timestamptz not null,
  decided_by text,
  decided_by_name text,
  decided_at timestamptz,
  -- Why it was declined.
  reason text,
  -- Within the provider's wall: what came of it.
  outcome jsonb not null default '{}',
  version integer not null default 1,
  check ((state = 'requested') = (decided_at is null)),
  check ((kind = 'order') = (product_id is not null)),
  check (provider_id <> reseller_id)
);
create unique index provider_requests_one_open on provider_requests (reseller_id, provider_customer_id, kind, coalesce(product_id, '')) where state = 'requested';
create index provider_requests_of_provider on provider_requests (provider_id, state, id desc);
create index provider_requests_of_reseller on provider_requests (reseller_id, state, id desc);
create index provider_requests_of_partnership on provider_requests (partnership_id) where state = 'requested';
create index provider_requests_of_provider_customer on provider_requests (provider_customer_id, id desc);
create index provider_requests_of_reseller_customer on provider_requests (reseller_customer_id, id desc) where reseller_customer_id is not null;
alter table provider_requests enable row level security;
alter table provider_requests force row level security;
create policy provider_requests_of_both on provider_requests for select to clientele_api, clientele_worker
  using (current_partner_id() in (provider_id, reseller_id));
-- Only a reseller asks, and only a provider with which it has an active partnership.
create policy provider_requests_by_reseller on provider_requests for insert to clientele_api, clientele_worker
  with check (current_partner_id() = reseller_id and exists (
    select from partnerships p where p.id = partnership_id and p.provider_id = provider_requests.provider_id and p.reseller_id = provider_requests.reseller_id and p.state = 'active'));
create policy provider_requests_answered on provider_requests for update to clientele_api, clientele_worker
  using (current_partner_id() in (provider_id, reseller_id)) with check (current_partner_id() in (provider_id, reseller_id));
grant select, insert on provider_requests to clientele_api, clientele_worker;
grant update (state, decided_by, decided_by_name, decided_at, reason, outcome, version) on provider_requests to clientele_api, clientele_worker;
--> statement-breakpoint

-- What is open when a partnership is removed is answered by nobody any more. In the same transaction, whichever side removes it.
create function lapse_provider_requests() returns trigger language plpgsql set search_path = public as $$
begin
  update provider_requests set state = 'lapsed', decided_at = new.removed_at, version = version + 1
  where partnership_id = new.id and state = 'requested';
  return null;
end $$;
create trigger partnerships_lapse_requests after update of state on partnerships for each row
  when (old.state = 'active' and new.state = 'removed') execute function lapse_provider_requests();
--> statement-breakpoint

-- Customers that no indirect reseller serves, as one more filter of the list. The list's indexes hold the column.
create or replace function customer_condition(given jsonb, hidden boolean) returns text language sql immutable set search_path = public
  return 'onboarding_operation_id is null'
    || case when given ? 'states' then ' and relationship = any ($2)' else '' end
    || case when given ? 'tags' then ' and tags @> $3' else '' end
    || case when given ? 'country' then ' and country = $4' else '' end
    || case given->>'delegatedAdmin' when 'true' then ' and delegated_admin' when 'false' then ' and not delegated_admin' else '' end
    || case given->>'agreed' when 'true' then ' and agreement_accepted_at is not null' when 'false' then ' and agreement_accepted_at is null' else '' end
    || case when given ? 'reseller' then ' and indirect_reseller_id = $5' else '' end
    || case when given ? 'withoutReseller' then ' and indirect_reseller_id is null' else '' end
    || case when given ? 'pattern' then ' and search_text' || case when hidden then ' || ''''' else '' end || ' like $6' else '' end;
--> statement-breakpoint

grant create on schema public to clientele_finder;
--> statement-breakpoint
-- The name of a reseller of the partner's customers, or of one that it has or had a partnership with.
create or replace function customer_reseller_name(reseller uuid) returns text language sql stable security definer set search_path = public
  return (select name from partners p where p.id = reseller
    and (exists (select from customers c where c.partner_id = current_partner_id() and c.indirect_reseller_id = p.id)
      or exists (select from partnerships s where s.provider_id = current_partner_id() and s.reseller_id = p.id)));
-- The indirect providers that the current partner, a reseller, can ask for something about a customer: active partnerships only, and the provider's own
-- account of the organisation. Either by the reseller's account of it (both have a live relationship, or the provider serves it through this reseller), or by
-- the provider's, when it is served through this reseller.
create function providers_to_ask(own uuid, theirs uuid)
  returns table (partnership_id uuid, provider_id uuid, provider_name text, provider_customer_id uuid, reseller_customer_id uuid, company_name text, domain text,
    relationship text, agreement_accepted boolean)
  language sql stable security definer set search_path = public as $$
  select p.id, o.id, o.name, c.id, r.id, coalesce(r.company_name, c.company_name), c.domain, c.relationship, c.agreement_accepted_at is not null
  from partnerships p
  join partners o on o.id = p.provider_id
  join customers c on c.partner_id = p.provider_id and c.onboarding_operation_id is null and c.relationship in ('active', 'ending')
  left join customers r on r.partner_id = current_partner_id() and r.organization_id = c.organization_id and r.onboarding_operation_id is null
  where p.reseller_id = current_partner_id() and p.state = 'active'
    and case when own is not null then r.id = own and (c.indirect_reseller_id = current_partner_id() or r.relationship in ('active', 'ending'))
      else c.id = theirs and c.indirect_reseller_id = current_partner_id() end
    and c.organization_id = (select k.organization_id from customers k where k.id = coalesce(own, theirs))
  order by o.name collate "und-x-icu", o.id
$$;
alter function providers_to_ask(uuid, uuid) owner to clientele_finder;
revoke all on function providers_to_ask(uuid, uuid) from public;
grant execute on function providers_to_ask(uuid, uuid) to clientele_api, clientele_worker;
revoke create on schema public from clientele_finder;
