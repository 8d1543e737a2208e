-- A request for a partnership is an invitation like any other; and one by which a reseller asks a customer for its provider as well.
alter table invitations
  drop constraint invitations_purpose_check,
  add constraint invitations_purpose_check check (purpose in ('relationship', 'reinstate', 'delegated-admin', 'partnership')),
  -- The provider that the customer is asked for in the same breath.
  add column provider_id uuid references partners,
  add column provider_delegated_admin boolean not null default false,
  add column provider_delegated_admin_days integer,
  -- What the acceptance came to on the provider's side: a relationship, one that was there already, or nothing, because the partnership was over by then.
  add column provider_answer text check (provider_answer in ('established', 'served', 'off'));
-- Who said yes, on the reseller's side.
alter table partnerships add column accepted_by text;
grant update (accepted_by) on partnerships to clientele_api, clientele_worker;
--> statement-breakpoint

grant create on schema public to clientele_finder;
-- The partner of a person who acted in the current partner's log from the other side of a partnership.
create function other_side_of(of_user text) returns text language sql stable security definer set search_path = public
  return (select p.name from partner_users u join partners p on p.id = u.partner_id
    where u.user_id = of_user and u.partner_id <> current_partner_id() and exists (
      select from partnerships s where (s.provider_id = current_partner_id() and s.reseller_id = u.partner_id)
        or (s.reseller_id = current_partner_id() and s.provider_id = u.partner_id)));

-- Which of these ids are of a partnership of others: `belongs_elsewhere` for a table that has two owners.
create function partnership_elsewhere(given text[]) returns setof text language sql stable security definer set search_path = public as $$
  with ids as materialized (
    select one, case when one ~ '^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$' then one::uuid end as id from unnest(given) one
  )
  select one from ids where current_partner_id() is not null and exists (select from partnerships t where t.id = ids.id
      and t.provider_id <> current_partner_id() and t.reseller_id is distinct from current_partner_id())
$$;

-- The organisations that both sides of an active partnership serve: the provider through this reseller, or each for itself. For its two sides only.
create function shared_organizations(of_partnership uuid) returns table (provider_id uuid, reseller_id uuid, organization_id uuid)
  language sql stable security definer set search_path = public as $$
  with p as (
    select s.provider_id, s.reseller_id from partnerships s
    where s.id = of_partnership and s.state = 'active' and current_partner_id() in (s.provider_id, s.reseller_id))
  select p.provider_id, p.reseller_id, c.organization_id from p
  join customers c on c.partner_id = p.provider_id and c.indirect_reseller_id = p.reseller_id
  where c.relationship in ('active', 'ending') and c.onboarding_operation_id is null
  union
  select p.provider_id, p.reseller_id, c.organization_id from p
  join customers r on r.partner_id = p.reseller_id and r.relationship in ('active', 'ending')
  join customers c on c.partner_id = p.provider_id and c.organization_id = r.organization_id
  where c.relationship in ('active', 'ending') and c.onboarding_operation_id is null
$$;

-- A page of them, by name. Of the other side each sees the name, the domain, the state of its relationship and since when, and no more.
create function shared_customers(of_partnership uuid, pattern text, after_id uuid, most integer)
  returns table (organization_id uuid, company_name text, domain text, provider_state text, provider_since timestamptz,
    reseller_state text, reseller_since timestamptz, through_reseller boolean, own_customer uuid)
  language sql stable security definer set search_path = public as $$
  select c.organization_id, c.company_name, c.domain, c.relationship, c.relationship_since, r.relationship, r.relationship_since,
    c.indirect_reseller_id is not distinct from s.reseller_id, case when current_partner_id() = s.provider_id then c.id else r.id end
  from shared_organizations(of_partnership) s
  join customers c on c.partner_id = s.provider_id and c.organization_id = s.organization_id
  left join customers r on r.partner_id = s.reseller_id and r.organization_id = s.organization_id
  where (pattern is null or c.search_text like pattern) and (after_id is null or (c.company_name, c.organization_id) >
    (select a.company_name, a.organization_id from customers a where a.partner_id = s.provider_id and a.organization_id = after_id))
  order by c.company_name, c.organization_id limit most
$$;
create function count_shared_customers(of_partnership uuid, pattern text) returns integer language sql stable security definer set search_path = public
  return (select count(*)::integer from shared_organizations(of_partnership) s
    join customers c on c.partner_id = s.provider_id and c.organization_id = s.organization_id
    where pattern is null or c.search_text like pattern);
do $$
declare signature text;
begin
  foreach signature in array array['other_side_of(text)', 'partnership_elsewhere(text[])', 'shared_organizations(uuid)', 'shared_customers(uuid, text, uuid, integer)',
    'count_shared_customers(uuid, text)'] loop
    execute 'alter function ' || signature || ' owner to clientele_finder';
    execute 'revoke all on function ' || signature || ' from public';
    if signature not like 'shared_organizations%' then
      execute 'grant execute on function ' || signature || ' to clientele_api, clientele_worker';
    end if;
  end loop;
end $$;
revoke create on schema public from clientele_finder;
