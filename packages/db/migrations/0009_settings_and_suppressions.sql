-- What a partner has set for itself (packages/domain/src/settings.ts), and the addresses that get no mail of a partner any more.
create table partner_settings (
  partner_id uuid primary key references partners,
  settings jsonb not null,
  -- Counts up with each change, so that nobody changes what he has not seen.
  version integer not null default 1,
  changed_by text not null,
  changed_at timestamptz not null
);
create table suppressions (
  partner_id uuid not null references partners,
  -- In lower case.
  email text not null,
  reason text not null check (reason in ('bounced', 'unsubscribed')),
  -- The mail that came back, or from which the owner unsubscribed.
  delivery_id uuid,
  server_answer text,
  since timestamptz not null,
  primary key (partner_id, email)
);
create index suppressions_newest on suppressions (partner_id, since desc, email);
--> statement-breakpoint
do $$
declare name text;
begin
  foreach name in array array['partner_settings', 'suppressions'] loop
    execute format('alter table %I enable row level security', name);
    execute format('alter table %I force row level security', name);
    execute format('create policy %I on %I to clientele_api, clientele_worker using (partner_id = current_partner_id()) with check (partner_id = current_partner_id())', name || '_of_partner', name);
  end loop;
end $$;
grant select, insert, update on partner_settings to clientele_api;
grant select on partner_settings to clientele_worker;
grant select, insert, update, delete on suppressions to clientele_api, clientele_worker;
--> statement-breakpoint
-- How many invitations went out lately.
create index invitations_by_created on invitations (partner_id, created_at);
