-- One more partner can be set up at any time: its code is made from how many there are.
grant create on schema public to clientele_finder;
create function partner_count() returns integer language sql stable security definer set search_path = public
  return (select count(*)::integer from partners);
alter function partner_count() owner to clientele_finder;
revoke all on function partner_count() from public;
grant execute on function partner_count() to clientele_api;
revoke create on schema public from clientele_finder;
--> statement-breakpoint

-- A partner's own identity provider (OpenID Connect), by which its users sign in; at most one for each partner.
create table sign_in_providers (
  id uuid primary key,
  partner_id uuid not null unique references partners,
  issuer text not null,
  client_id text not null,
  -- Encrypted by the application with a key that the database does not have.
  client_secret text not null,
  -- The mail domains at which the sign-in page offers it, in lower case.
  domains text[] not null check (cardinality(domains) > 0),
  -- Whether others than global admins may still sign in with a password of ours.
  password_allowed boolean not null default true,
  -- Not to the second: it only says whether it is in use.
  last_used_at timestamptz,
  changed_by text not null references users,
  changed_at timestamptz not null,
  created_at timestamptz not null,
  version integer not null default 1
);
create index sign_in_providers_of_domain on sign_in_providers using gin (domains);
alter table sign_in_providers enable row level security;
alter table sign_in_providers force row level security;
create policy sign_in_providers_of_partner on sign_in_providers to clientele_api
  using (partner_id = current_partner_id()) with check (partner_id = current_partner_id());
create policy sign_in_providers_finder on sign_in_providers for select to clientele_finder using (true);
grant select, insert, delete, update (issuer, client_id, client_secret, domains, password_allowed, last_used_at, changed_by, changed_at, version)
  on sign_in_providers to clientele_api;
grant select (id, partner_id, issuer, domains, password_allowed) on sign_in_providers to clientele_finder;
-- By which provider a session was signed in; null: by something that we ask ourselves. Who came by a provider was asked for a second factor there.
alter table sessions add column sign_in_provider_id uuid;
-- One identity of a provider is one person here, and the other way round.
create unique index accounts_one_identity on accounts (provider_id, account_id) where provider_id like 'oidc:%';
create unique index accounts_one_person on accounts (provider_id, user_id) where provider_id like 'oidc:%';
--> statement-breakpoint

grant create on schema public to clientele_finder;
-- The partner of a provider: asked before anybody is signed in.
create function sign_in_provider_partner(provider uuid) returns uuid language sql stable security definer set search_path = public
  return (select partner_id from sign_in_providers where id = provider);
-- What the sign-in page offers to an address of this domain.
create function sign_in_providers_of_domain(of_domain text) returns table (id uuid, partner_name text, issuer text, cloud text)
  language sql stable security definer set search_path = public as $$
  select s.id, p.name, s.issuer, p.cloud from sign_in_providers s join partners p on p.id = s.partner_id where s.domains @> array[of_domain] order by p.name, s.id
$$;
-- Whether a person may sign in by its partner's provider only. Global admins always have the other way, too: nobody else could mend a provider that fails.
create function must_use_sign_in_provider(of_user text) returns boolean language sql stable security definer set search_path = public
  return exists (select from partner_users pu join sign_in_providers s on s.partner_id = pu.partner_id
    where pu.user_id = of_user and not s.password_allowed and not 'global-admin' = any (pu.roles));
do $$
declare signature text;
begin
  foreach signature in array array['sign_in_provider_partner(uuid)', 'sign_in_providers_of_domain(text)', 'must_use_sign_in_provider(text)'] loop
    execute 'alter function ' || signature || ' owner to clientele_finder';
    execute 'revoke all on function ' || signature || ' from public';
    execute 'grant execute on function ' || signature || ' to clientele_api';
  end loop;
end $$;
revoke create on schema public from clientele_finder;
