-- The tables of the main job, row-level security, and the roles that the processes take.
create extension if not exists pg_trgm;
--> statement-breakpoint
-- Roles belong to the whole server, so another database may have made them already, even at this moment.
do $$
declare name text;
begin
  foreach name in array array['clientele_api', 'clientele_worker', 'clientele_relay', 'clientele_finder'] loop
    begin
      if not exists (select from pg_roles where rolname = name) then
        execute format('create role %I nologin noinherit nobypassrls', name);
      end if;
    exception when duplicate_object or unique_violation then null;
    end;
    begin
      execute format('grant %I to current_user', name);
    exception when others then
      if sqlstate not in ('XX000', '23505') then raise; end if; -- granted by somebody else at the same time
    end;
  end loop;
end $$;
--> statement-breakpoint
create function current_partner_id() returns uuid language sql stable parallel safe
  return nullif(current_setting('app.partner_id', true), '')::uuid;
--> statement-breakpoint

-- People who sign in (better-auth). They belong to no partner; partner_users and customer_users say where they may act.
create table users (
  id text primary key,
  name text not null,
  email text not null unique,
  email_verified boolean not null default false,
  image text,
  language text not null default 'en',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create table sessions (
  id text primary key,
  token text not null unique,
  user_id text not null references users on delete cascade,
  expires_at timestamptz not null,
  ip_address text,
  user_agent text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create index sessions_by_user on sessions (user_id);
create table accounts (
  id text primary key,
  account_id text not null,
  provider_id text not null,
  user_id text not null references users on delete cascade,
  access_token text,
  refresh_token text,
  id_token text,
  access_token_expires_at timestamptz,
  refresh_token_expires_at timestamptz,
  scope text,
  password text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create index accounts_by_user on accounts (user_id);
create table verifications (
  id text primary key,
  identifier text not null,
  value text not null,
  expires_at timestamptz not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create index verifications_by_identifier on verifications (identifier);
--> statement-breakpoint

create table partners (
  id uuid primary key,
  name text not null,
  type text not null check (type in ('direct-partner', 'indirect-provider', 'indirect-reseller')),
  cloud text not null check (cloud in ('public', 'us-government')),
  country text not null,
  web_site text,
  created_at timestamptz not null
);
create table partner_users (
  partner_id uuid not null references partners,
  user_id text not null references users,
  roles text[] not null check (cardinality(roles) > 0),
  created_at timestamptz not null,
  primary key (partner_id, user_id)
);
create unique index partner_users_one_partner on partner_users (user_id);
--> statement-breakpoint

-- An organisation is there once per cloud, whichever partners serve it.
create table organizations (
  id uuid primary key,
  cloud text not null check (cloud in ('public', 'us-government')),
  domain text not null,
  created_at timestamptz not null,
  unique (cloud, domain)
);
create table customer_users (
  id uuid primary key,
  organization_id uuid not null references organizations on delete cascade,
  user_id text references users,
  first_name text not null,
  last_name text not null,
  email text not null,
  role text not null check (role in ('global-admin', 'user')),
  created_at timestamptz not null,
  unique (organization_id, email)
);
create index customer_users_by_user on customer_users (user_id);
--> statement-breakpoint

-- What one partner sees and edits of a customer, and the relationship between the two.
create table customers (
  id uuid primary key,
  partner_id uuid not null references partners,
  organization_id uuid not null references organizations,
  company_name text collate "und-x-icu" not null,
  domain text collate "C" not null,
  country text not null,
  address jsonb,
  contact jsonb not null,
  language text not null,
  tags text[] not null default '{}',
  notes text not null default '',
  support_contact text,
  relationship text not null check (relationship in ('requested', 'active', 'ending', 'ended')),
  delegated_admin boolean not null default false,
  relationship_since timestamptz,
  relationship_ended_at timestamptz,
  -- What ending took away, to bring it back when the relationship is reinstated.
  snapshot jsonb,
  agreement_accepted_at timestamptz,
  agreement_by text check (agreement_by in ('partner', 'customer')),
  agreement_attestation jsonb,
  -- The onboarding that made it and has not finished; such a customer is not on any list.
  onboarding_operation_id uuid,
  version integer not null default 1,
  created_at timestamptz not null,
  search_text text generated always as (lower((company_name || ' ' || domain) collate "und-x-icu")) stored,
  unique (partner_id, organization_id)
);
create index customers_by_company on customers (partner_id, company_name, id) where relationship in ('active', 'ending');
create index customers_by_domain on customers (partner_id, domain, id) where relationship in ('active', 'ending');
create index customers_by_created on customers (partner_id, created_at, id) where relationship in ('active', 'ending');
create index customers_all_by_company on customers (partner_id, company_name, id);
create index customers_by_tag on customers using gin (tags);
create index customers_by_text on customers using gin (search_text gin_trgm_ops);
create index customers_by_organization on customers (organization_id);
--> statement-breakpoint

create table subscriptions (
  id uuid primary key,
  partner_id uuid not null references partners,
  customer_id uuid not null references customers on delete cascade,
  product_id text not null,
  quantity integer not null check (quantity > 0),
  state text not null check (state in ('active', 'suspended', 'cancelled')),
  created_at timestamptz not null
);
create index subscriptions_by_customer on subscriptions (partner_id, customer_id, created_at);
--> statement-breakpoint

create table invitations (
  id uuid primary key,
  partner_id uuid not null references partners,
  purpose text not null check (purpose in ('relationship', 'reinstate')),
  customer_id uuid references customers on delete cascade,
  email text not null,
  recipient_name text,
  company_name text not null,
  domain text,
  language text not null,
  delegated_admin boolean not null,
  message text not null,
  state text not null check (state in ('pending', 'accepted', 'declined', 'revoked', 'expired')),
  -- Counts up when every older link must die; part of what the link's token is made of.
  token_version integer not null default 1,
  expires_at timestamptz not null,
  created_by text not null references users,
  created_at timestamptz not null,
  answered_at timestamptz,
  decline_reason text
);
create unique index invitations_one_pending_per_address on invitations (partner_id, lower(email)) where state = 'pending';
create unique index invitations_one_pending_per_customer on invitations (partner_id, customer_id) where state = 'pending';
create index invitations_newest on invitations (partner_id, id desc);
create index invitations_by_customer on invitations (partner_id, customer_id, id desc);
create index invitations_running_out on invitations (expires_at) where state = 'pending';
--> statement-breakpoint

create table deliveries (
  id uuid primary key,
  partner_id uuid not null references partners,
  kind text not null,
  invitation_id uuid references invitations on delete cascade,
  customer_id uuid references customers on delete cascade,
  recipient text not null,
  language text not null,
  -- What the template needs beyond what the rows say. Never a secret.
  facts jsonb not null default '{}',
  state text not null check (state in ('queued', 'sending', 'sent', 'deferred', 'bounced', 'failed')),
  attempts integer not null default 0,
  next_attempt_at timestamptz not null,
  lease_until timestamptz,
  message_id text not null,
  server_answer text,
  queued_at timestamptz not null,
  sent_at timestamptz
);
create index deliveries_by_invitation on deliveries (partner_id, invitation_id, queued_at desc);
create index deliveries_undone on deliveries (next_attempt_at) where state in ('queued', 'sending', 'deferred');
--> statement-breakpoint

create table operations (
  id uuid primary key,
  partner_id uuid not null,
  kind text not null,
  state text not null check (state in ('queued', 'running', 'succeeded', 'failed', 'cancelled')),
  subject text not null,
  customer_id uuid,
  input jsonb not null,
  steps jsonb not null,
  sign_in_name text,
  credentials_revealed_at timestamptz,
  created_by text not null,
  created_at timestamptz not null,
  started_at timestamptz,
  finished_at timestamptz,
  lease_owner text,
  lease_until timestamptz
);
create index operations_newest on operations (partner_id, id desc);
create index operations_by_customer on operations (partner_id, customer_id, id desc);
create index operations_undone on operations (lease_until) where state in ('queued', 'running');
--> statement-breakpoint

-- The activity log and the outbox, in one. Holds ids and non-secret facts only.
create table events (
  id uuid primary key,
  partner_id uuid not null,
  type text not null,
  at timestamptz not null,
  actor_kind text not null check (actor_kind in ('partner-user', 'customer', 'system')),
  actor_id text,
  customer_id uuid,
  invitation_id uuid,
  request_id text not null,
  data jsonb not null,
  dispatched_at timestamptz
);
create index events_newest on events (partner_id, id desc);
create index events_by_customer on events (partner_id, customer_id, id desc) where customer_id is not null;
create index events_by_invitation on events (partner_id, invitation_id, id desc) where invitation_id is not null;
create index events_undispatched on events (id) where dispatched_at is null;
--> statement-breakpoint

create table idempotency_keys (
  partner_id uuid not null,
  actor_id text not null,
  key text not null,
  -- SHA-256 of method, path and body: the same key with another request is refused.
  fingerprint text not null,
  result jsonb not null,
  created_at timestamptz not null,
  primary key (partner_id, actor_id, key)
);
create index idempotency_keys_old on idempotency_keys (created_at);
--> statement-breakpoint

-- Every table of a partner: only its own rows, for everybody, the owner too.
do $$
declare name text;
begin
  foreach name in array array['partner_users', 'customers', 'subscriptions', 'invitations', 'deliveries', 'operations', 'events', 'idempotency_keys'] loop
    execute format('alter table %I enable row level security', name);
    execute format('alter table %I force row level security', name);
    execute format('create policy %I on %I to clientele_api, clientele_worker using (partner_id = current_partner_id()) with check (partner_id = current_partner_id())', name || '_of_partner', name);
  end loop;
end $$;
alter table partners enable row level security;
alter table partners force row level security;
create policy partners_own on partners to clientele_api, clientele_worker using (id = current_partner_id()) with check (id = current_partner_id());
-- An organisation and its users are seen by the partners that have it as a customer.
alter table organizations enable row level security;
alter table organizations force row level security;
create policy organizations_served on organizations for select to clientele_api, clientele_worker
  using (exists (select from customers where customers.organization_id = organizations.id and customers.partner_id = current_partner_id()));
create policy organizations_made on organizations for insert to clientele_api, clientele_worker with check (current_partner_id() is not null);
alter table customer_users enable row level security;
alter table customer_users force row level security;
create policy customer_users_served on customer_users to clientele_api, clientele_worker
  using (exists (select from customers where customers.organization_id = customer_users.organization_id and customers.partner_id = current_partner_id()))
  with check (current_partner_id() is not null);
--> statement-breakpoint

grant usage on schema public to clientele_api, clientele_worker, clientele_relay, clientele_finder;
grant select, insert, update, delete on users, sessions, accounts, verifications to clientele_api;
grant select on users to clientele_worker;
grant select, insert on partners to clientele_api;
grant select on partners to clientele_worker;
grant select, insert, update on partner_users to clientele_api;
grant select on partner_users to clientele_worker;
grant select, insert on organizations to clientele_api, clientele_worker;
grant select, insert, update on customer_users to clientele_api;
grant select, insert on customer_users to clientele_worker;
grant select, insert, update on customers, subscriptions, invitations, deliveries, operations to clientele_api, clientele_worker;
grant delete on customers, subscriptions to clientele_api, clientele_worker;
grant select, insert on events, idempotency_keys to clientele_api, clientele_worker;
grant update (result) on idempotency_keys to clientele_api, clientele_worker;
grant select (id, dispatched_at, partner_id, type, data, customer_id, invitation_id, at), update (dispatched_at) on events to clientele_relay;
create policy events_relay on events to clientele_relay using (true);
grant delete on idempotency_keys to clientele_relay;
grant select (partner_id, created_at) on idempotency_keys to clientele_relay;
create policy idempotency_keys_relay on idempotency_keys to clientele_relay using (true);
--> statement-breakpoint

-- The few questions that cross the walls, each a function that answers no more than its caller needs.
grant create on schema public to clientele_finder;
grant select on users, sessions, partners, partner_users, organizations, customer_users, customers, invitations, deliveries, operations to clientele_finder;
grant delete on organizations, customer_users to clientele_finder;
create policy partners_finder on partners for select to clientele_finder using (true);
create policy partner_users_finder on partner_users for select to clientele_finder using (true);
create policy organizations_finder on organizations for select to clientele_finder using (true);
create policy organizations_finder_delete on organizations for delete to clientele_finder using (true);
create policy customer_users_finder on customer_users for select to clientele_finder using (true);
create policy customer_users_finder_delete on customer_users for delete to clientele_finder using (true);
create policy customers_finder on customers for select to clientele_finder using (true);
create policy invitations_finder on invitations for select to clientele_finder using (true);
create policy deliveries_finder on deliveries for select to clientele_finder using (true);
create policy operations_finder on operations for select to clientele_finder using (true);
--> statement-breakpoint

create function partner_exists() returns boolean language sql stable security definer set search_path = public
  return exists (select from partners);

create function session_actor(session_token text)
  returns table (user_id text, name text, email text, language text, roles text[], partner_id uuid, partner_name text, partner_type text, cloud text, country text)
  language sql stable security definer set search_path = public as $$
  select u.id, u.name, u.email, u.language, pu.roles, p.id, p.name, p.type, p.cloud, p.country
  from sessions s join users u on u.id = s.user_id left join partner_users pu on pu.user_id = u.id left join partners p on p.id = pu.partner_id
  where s.token = session_token and s.expires_at > now()
$$;

create function invitation_partner(invitation uuid) returns uuid language sql stable security definer set search_path = public
  return (select partner_id from invitations where id = invitation);

create function find_organization(of_cloud text, of_domain text) returns table (id uuid, has_users boolean)
  language sql stable security definer set search_path = public as $$
  select o.id, exists (select from customer_users cu where cu.organization_id = o.id and cu.role = 'global-admin')
  from organizations o where o.cloud = of_cloud and o.domain = of_domain
$$;

create function organization_role(of_organization uuid, of_user text) returns text language sql stable security definer set search_path = public
  return (select role from customer_users where organization_id = of_organization and user_id = of_user);

-- Gives an organisation's domain back when no customer stands on it any more (a cancelled onboarding).
create function drop_unused_organization(organization uuid) returns void language sql security definer set search_path = public as $$
  delete from organizations o where o.id = organization and not exists (select from customers c where c.organization_id = o.id)
$$;

-- Row-level security keeps trigram indexes from being used (ILIKE is not leakproof), so the search filters by the partner itself.
create function matching_customers(pattern text) returns setof uuid language sql stable security definer set search_path = public as $$
  select id from customers where partner_id = current_partner_id() and search_text like pattern
$$;

-- What the sweepers take up again: ids only, of every partner.
create function undone_deliveries(before timestamptz, most integer) returns table (id uuid, partner_id uuid)
  language sql stable security definer set search_path = public as $$
  select id, partner_id from deliveries
  where state in ('queued', 'sending', 'deferred') and next_attempt_at <= before and (lease_until is null or lease_until <= before)
  order by next_attempt_at limit most
$$;
create function undone_operations(before timestamptz, most integer) returns table (id uuid, partner_id uuid)
  language sql stable security definer set search_path = public as $$
  select id, partner_id from operations
  where state in ('queued', 'running') and (lease_until <= before or (lease_until is null and created_at <= before))
  order by created_at limit most
$$;
create function expired_invitations(at_time timestamptz, most integer) returns table (id uuid, partner_id uuid)
  language sql stable security definer set search_path = public as $$
  select id, partner_id from invitations where state = 'pending' and expires_at <= at_time order by expires_at limit most
$$;
--> statement-breakpoint
do $$
declare signature text;
begin
  foreach signature in array array[
    'partner_exists()', 'session_actor(text)', 'invitation_partner(uuid)', 'find_organization(text, text)', 'organization_role(uuid, text)',
    'drop_unused_organization(uuid)', 'matching_customers(text)', 'undone_deliveries(timestamptz, integer)', 'undone_operations(timestamptz, integer)',
    'expired_invitations(timestamptz, integer)'
  ] loop
    execute 'alter function ' || signature || ' owner to clientele_finder';
    execute 'revoke all on function ' || signature || ' from public';
  end loop;
end $$;
revoke create on schema public from clientele_finder;
grant execute on function partner_exists(), session_actor(text), invitation_partner(uuid), organization_role(uuid, text) to clientele_api;
grant execute on function find_organization(text, text), drop_unused_organization(uuid), matching_customers(text) to clientele_api, clientele_worker;
grant execute on function undone_deliveries(timestamptz, integer), undone_operations(timestamptz, integer), expired_invitations(timestamptz, integer) to clientele_worker;
