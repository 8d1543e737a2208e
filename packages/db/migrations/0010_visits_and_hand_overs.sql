-- Who opened the page behind an invitation's link, and the recipients' word that somebody else is the right person.
create table invitation_visits (
  partner_id uuid not null references partners,
  invitation_id uuid not null references invitations on delete cascade,
  -- The version of the link: after a hand-over somebody else has another one.
  token_version integer not null,
  visitor text not null check (visitor in ('machine', 'unclear', 'person')),
  first_at timestamptz not null,
  last_at timestamptz not null,
  times integer not null,
  -- When this person first sent one of the page's forms without that being the answer.
  continued_at timestamptz,
  -- One row for each kind of visitor, so that a scanner which comes again and again fills nothing.
  primary key (invitation_id, token_version, visitor)
);
create table invitation_hand_overs (
  id uuid primary key,
  partner_id uuid not null references partners,
  invitation_id uuid not null references invitations on delete cascade,
  name text not null,
  email text not null,
  note text,
  state text not null check (state in ('pending', 'approved', 'refused')),
  -- The version of the link that it came by; once approved, the one that died with it.
  token_version integer not null,
  created_at timestamptz not null,
  decided_at timestamptz,
  decided_by text references users
);
create unique index invitation_hand_overs_one_pending on invitation_hand_overs (invitation_id) where state = 'pending';
create index invitation_hand_overs_by_invitation on invitation_hand_overs (partner_id, invitation_id, id);
create index invitation_hand_overs_waiting on invitation_hand_overs (partner_id, id) where state = 'pending';
--> statement-breakpoint
do $$
declare name text;
begin
  foreach name in array array['invitation_visits', 'invitation_hand_overs'] loop
    execute format('alter table %I enable row level security', name);
    execute format('alter table %I force row level security', name);
    execute format('create policy %I on %I to clientele_api, clientele_worker using (partner_id = current_partner_id()) with check (partner_id = current_partner_id())', name || '_of_partner', name);
  end loop;
end $$;
grant select, insert, update, delete on invitation_visits to clientele_api;
grant select, insert, update on invitation_hand_overs to clientele_api;
grant select on invitation_hand_overs to clientele_worker;
