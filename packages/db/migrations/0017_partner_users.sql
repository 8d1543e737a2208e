-- People who sign in for a partner: invited by mail, with roles that change, deactivated instead of removed.
alter table partner_users add column deactivated_at timestamptz, add column deactivated_by text references users,
  -- Counts every change, so that nobody changes what has changed since he saw it.
  add column version integer not null default 1;
alter table users add column last_sign_in_at timestamptz;

-- The link in the mail is computed from the id: nothing is stored that could be stolen.
create table partner_user_invitations (
  id uuid primary key,
  partner_id uuid not null references partners,
  name text not null,
  -- In lower case, as it will be the sign-in.
  email text not null,
  language text not null,
  roles text[] not null check (cardinality(roles) > 0),
  state text not null check (state in ('pending', 'accepted', 'revoked')),
  expires_at timestamptz not null,
  created_by text not null references users,
  created_at timestamptz not null,
  answered_at timestamptz,
  -- Who it became.
  user_id text references users
);
create unique index partner_user_invitations_one_pending on partner_user_invitations (partner_id, email) where state = 'pending';
create index partner_user_invitations_open on partner_user_invitations (partner_id, id) where state = 'pending';
create index deliveries_of_partner_user_invitations on deliveries (partner_id, (facts->>'partnerUserInvitationId'), queued_at desc)
  where kind = 'partner_user_invited';
alter table partner_user_invitations enable row level security;
alter table partner_user_invitations force row level security;
create policy partner_user_invitations_of_partner on partner_user_invitations to clientele_api, clientele_worker
  using (partner_id = current_partner_id()) with check (partner_id = current_partner_id());
grant select, insert, update (state, expires_at, answered_at, user_id) on partner_user_invitations to clientele_api;
grant select on partner_user_invitations to clientele_worker;
grant select (id, partner_id) on partner_user_invitations to clientele_finder;
create policy partner_user_invitations_finder on partner_user_invitations for select to clientele_finder using (true);
--> statement-breakpoint

grant create on schema public to clientele_finder;
-- The partner that a link belongs to. Asked only for a link that is proven to be ours.
create function partner_user_invitation_partner(invitation uuid) returns uuid language sql stable security definer set search_path = public
  return (select partner_id from partner_user_invitations where id = invitation);
-- Whether a person may sign in at all: asked at the sign-in, when there is no partner yet.
create function is_deactivated(of_user text) returns boolean language sql stable security definer set search_path = public
  return exists (select from partner_users where user_id = of_user and deactivated_at is not null);
-- As before, with the session itself; and nobody who is deactivated, whatever session is still there.
drop function session_actor(text);
create function session_actor(session_token text)
  returns table (user_id text, name text, email text, language text, roles text[], partner_id uuid, partner_name text, partner_type text, cloud text, country text,
    session_id text, seen_at timestamptz)
  language sql stable security definer set search_path = public as $$
  select u.id, u.name, u.email, u.language, pu.roles, p.id, p.name, p.type, p.cloud, p.country, s.id, s.updated_at
  from sessions s join users u on u.id = s.user_id left join partner_users pu on pu.user_id = u.id left join partners p on p.id = pu.partner_id
  where s.token = session_token and s.expires_at > now() and pu.deactivated_at is null
$$;
do $$
declare signature text;
begin
  foreach signature in array array['partner_user_invitation_partner(uuid)', 'is_deactivated(text)', 'session_actor(text)'] loop
    execute 'alter function ' || signature || ' owner to clientele_finder';
    execute 'revoke all on function ' || signature || ' from public';
  end loop;
end $$;
revoke create on schema public from clientele_finder;
grant execute on function partner_user_invitation_partner(uuid), is_deactivated(text), session_actor(text) to clientele_api;
