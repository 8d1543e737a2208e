-- The second factor of who signs in for a partner: an app that makes codes, passkeys, and codes for the day on which both are lost.
-- They are of a person, like the password, and of no partner.
create table authenticator_apps (
  user_id text primary key references users on delete cascade,
  -- Encrypted with a key that is made from the installation's secret.
  secret text not null,
  created_at timestamptz not null,
  -- Null until the first code was right: only then it counts.
  confirmed_at timestamptz,
  -- The newest half minute whose code was taken: no code counts twice.
  last_step bigint not null default 0
);
create table passkeys (
  id uuid primary key,
  user_id text not null references users on delete cascade,
  name text not null,
  credential_id text not null unique,
  public_key text not null,
  counter bigint not null,
  transports text[] not null,
  -- The host name that it is for: a browser shows it to no other.
  relying_party text not null,
  created_at timestamptz not null,
  last_used_at timestamptz
);
create index passkeys_of_user on passkeys (user_id);
create table passkey_challenges (
  challenge text primary key,
  -- Null for a sign-in: who it is, the passkey will say.
  user_id text references users on delete cascade,
  purpose text not null check (purpose in ('add', 'check', 'sign-in')),
  expires_at timestamptz not null
);
create index passkey_challenges_over on passkey_challenges (expires_at);
create table recovery_codes (
  user_id text not null references users on delete cascade,
  digest text not null,
  used_at timestamptz,
  primary key (user_id, digest)
);
grant select, insert, update, delete on authenticator_apps, passkeys, recovery_codes to clientele_api;
grant select, insert, delete on passkey_challenges to clientele_api;

-- When a person has got its first second factor; null: it has none.
alter table users add column second_factor_since timestamptz;
-- From when on the days of grace are counted. Who is here already has them from now on.
alter table partner_users add column second_factor_from timestamptz not null default now();
alter table sessions
  -- When the second factor was given in this session.
  add column second_factor_at timestamptz,
  -- When the person has proven last that it is itself: at the sign-in, or when it was asked to before something grave.
  add column confirmed_at timestamptz;
update sessions set confirmed_at = created_at;
alter table sessions alter column confirmed_at set default now(), alter column confirmed_at set not null;
