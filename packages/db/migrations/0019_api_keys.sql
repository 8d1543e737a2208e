-- Keys with which programs call the API, each with roles of its own. The key itself is nowhere: what it is found by is its SHA-256.
create table api_keys (
  id uuid primary key,
  partner_id uuid not null references partners,
  name text not null,
  roles text[] not null check (cardinality(roles) > 0 and roles <@ array['global-admin', 'admin-agent', 'sales-agent', 'helpdesk-agent']),
  -- SHA-256 of the key, in hexadecimal.
  hash text not null unique,
  -- The last characters of the key, to tell one from another.
  hint text not null,
  created_by text not null references users,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  -- Not to the second: a key that is used all the time would be written to all the time.
  last_used_at timestamptz,
  revoked_at timestamptz,
  -- When the last call with it was refused that was written down.
  refused_at timestamptz
);
create index api_keys_newest on api_keys (partner_id, id desc);
create unique index api_keys_one_name on api_keys (partner_id, lower(name)) where revoked_at is null;
alter table api_keys enable row level security;
alter table api_keys force row level security;
create policy api_keys_of_partner on api_keys to clientele_api using (partner_id = current_partner_id()) with check (partner_id = current_partner_id());
create policy api_keys_finder on api_keys to clientele_finder using (true);
grant select, insert, update (last_used_at, revoked_at, refused_at) on api_keys to clientele_api;
grant select, update (last_used_at) on api_keys to clientele_finder;
alter table events drop constraint events_actor_kind_check, add constraint events_actor_kind_check check (actor_kind in ('partner-user', 'customer', 'system', 'api-key'));
--> statement-breakpoint

grant create on schema public to clientele_finder;
--> statement-breakpoint
-- Whose key this is, whatever has become of it, with the person who made it; and that it is used, to the minute. No row: nobody's.
create function api_key_actor(of_hash text, at_time timestamptz)
  returns table (key_id uuid, name text, roles text[], expires_at timestamptz, revoked_at timestamptz, created_by text, language text,
    partner_id uuid, partner_name text, partner_type text, cloud text, country text)
  language plpgsql volatile security definer set search_path = public as $$
begin
  update api_keys k set last_used_at = at_time
  where k.hash = of_hash and k.revoked_at is null and k.expires_at > at_time and (k.last_used_at is null or k.last_used_at < at_time - interval '1 minute');
  return query select k.id, k.name, k.roles, k.expires_at, k.revoked_at, k.created_by, u.language, p.id, p.name, p.type, p.cloud, p.country
    from api_keys k join partners p on p.id = k.partner_id join users u on u.id = k.created_by where k.hash = of_hash;
end $$;
--> statement-breakpoint
alter function api_key_actor(text, timestamptz) owner to clientele_finder;
revoke all on function api_key_actor(text, timestamptz) from public;
grant execute on function api_key_actor(text, timestamptz) to clientele_api;
revoke create on schema public from clientele_finder;
