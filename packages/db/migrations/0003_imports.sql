-- Customers that a partner has here before any relationship: imported from other portals, not asked yet.
alter table customers drop constraint customers_relationship_check;
alter table customers add constraint customers_relationship_check check (relationship in ('none', 'requested', 'active', 'ending', 'ended'));
--> statement-breakpoint

-- To have a row about a customer proves nothing: anybody can import a domain. An organisation and its users are seen by the partners that it
-- has a live relationship with, and by the one that is just making its account.
alter policy organizations_served on organizations
  using (exists (select from customers c where c.organization_id = organizations.id and c.partner_id = current_partner_id()
    and (c.relationship in ('active', 'ending') or c.onboarding_operation_id is not null)));
-- A new user is written before the relationship is live (with the acceptance), so only the partner's own row is asked for.
drop policy customer_users_served on customer_users;
create policy customer_users_served on customer_users to clientele_api, clientele_worker
  using (exists (select from customers c where c.organization_id = customer_users.organization_id and c.partner_id = current_partner_id()
    and (c.relationship in ('active', 'ending') or c.onboarding_operation_id is not null)))
  with check (exists (select from customers c where c.organization_id = customer_users.organization_id and c.partner_id = current_partner_id()));
--> statement-breakpoint

-- Whether somebody of an organisation has a sign-in here: then one of its global admins must answer, and nobody else.
grant create on schema public to clientele_finder;
create function organization_has_users(of_organization uuid) returns boolean language sql stable security definer set search_path = public
  return exists (select from customer_users where organization_id = of_organization);
-- Many at once; tells no more than find_organization.
create function find_organizations(of_cloud text, of_domains text[]) returns table (id uuid, domain text)
  language sql stable security definer set search_path = public as $$
  select o.id, o.domain from organizations o where o.cloud = of_cloud and o.domain = any (of_domains)
$$;
do $$
declare signature text;
begin
  foreach signature in array array['organization_has_users(uuid)', 'find_organizations(text, text[])'] loop
    execute 'alter function ' || signature || ' owner to clientele_finder';
    execute 'revoke all on function ' || signature || ' from public';
  end loop;
end $$;
revoke create on schema public from clientele_finder;
grant execute on function organization_has_users(uuid) to clientele_api;
grant execute on function find_organizations(text, text[]) to clientele_worker;
--> statement-breakpoint

-- A file of customers, as it was uploaded: its facts, and its rows cell by cell.
create table imports (
  id uuid primary key,
  partner_id uuid not null references partners,
  state text not null check (state in ('receiving', 'ready')),
  file_name text not null,
  bytes bigint not null default 0,
  encoding text not null default '',
  delimiter text not null default '',
  columns jsonb not null default '[]',
  -- The cells of the first rows, to show beside the columns.
  examples jsonb not null default '[]',
  row_count integer not null default 0,
  mapping jsonb not null default '{}',
  -- The newest operation over it, and what that found and did.
  operation_id uuid,
  checked jsonb,
  written jsonb,
  created_by text not null references users,
  created_at timestamptz not null
);
create index imports_newest on imports (partner_id, id desc);
create index imports_by_operation on imports (operation_id);
-- No foreign key: half a million go in at once, and both tables are only ever emptied together.
create table import_rows (
  partner_id uuid not null,
  import_id uuid not null,
  -- From 1, without gaps.
  position integer not null,
  -- Where it stands in the file: a cell may hold line breaks.
  line integer not null,
  cells jsonb not null,
  primary key (import_id, position)
);
-- The first row of each domain in an operation: a later one with the same domain is a duplicate.
create table import_domains (
  partner_id uuid not null,
  operation_id uuid not null,
  domain text collate "C" not null,
  position integer not null,
  primary key (operation_id, domain)
);
do $$
declare name text;
begin
  foreach name in array array['imports', 'import_rows', 'import_domains'] loop
    execute format('alter table %I enable row level security', name);
    execute format('alter table %I force row level security', name);
    execute format('create policy %I on %I to clientele_api, clientele_worker using (partner_id = current_partner_id()) with check (partner_id = current_partner_id())', name || '_of_partner', name);
  end loop;
end $$;
grant select, insert, update, delete on imports to clientele_api;
grant select, insert, delete on import_rows to clientele_api;
grant select, update on imports to clientele_worker;
grant select on import_rows to clientele_worker;
grant select, insert, delete on import_domains to clientele_worker;
-- The number of the customer in the portal that it was imported from.
alter table customers add column external_id text;
