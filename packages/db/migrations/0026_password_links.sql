-- A link by which a partner user chooses a new password: asked for at the sign-in, or sent by a global admin.
create table password_links (
  id uuid primary key,
  partner_id uuid not null references partners,
  user_id text not null references users,
  -- The global admin who has sent it; null: the person itself asked, or somebody who knows the address.
  sent_by text references users,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  -- When it was used, or another way to a new password was.
  over_at timestamptz
);
create index password_links_open on password_links (partner_id, user_id) where over_at is null;
alter table password_links enable row level security;
alter table password_links force row level security;
create policy password_links_of_partner on password_links to clientele_api, clientele_worker
  using (partner_id = current_partner_id()) with check (partner_id = current_partner_id());
grant select, insert, update (over_at) on password_links to clientele_api;
grant select on password_links to clientele_worker;
grant select (id, partner_id) on password_links to clientele_finder;
create policy password_links_finder on password_links for select to clientele_finder using (true);
--> statement-breakpoint

grant create on schema public to clientele_finder;
-- The partner that a link belongs to. Asked only for a link that is proven to be ours.
create function password_link_partner(link uuid) returns uuid language sql stable security definer set search_path = public
  return (select partner_id from password_links where id = link);
alter function password_link_partner(uuid) owner to clientele_finder;
revoke all on function password_link_partner(uuid) from public;
revoke create on schema public from clientele_finder;
grant execute on function password_link_partner(uuid) to clientele_api;
