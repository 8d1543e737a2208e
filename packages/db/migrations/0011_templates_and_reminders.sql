-- What a partner writes instead of the standard text of a mail. No row: the standard.
create table mail_templates (
  partner_id uuid not null references partners,
  kind text not null,
  language text not null,
  subject text not null,
  message text not null,
  -- Counts up with each change, so that nobody changes what he has not seen.
  version integer not null default 1,
  changed_by text not null,
  changed_at timestamptz not null,
  primary key (partner_id, kind, language)
);
alter table mail_templates enable row level security;
alter table mail_templates force row level security;
create policy mail_templates_of_partner on mail_templates to clientele_api, clientele_worker
  using (partner_id = current_partner_id()) with check (partner_id = current_partner_id());
grant select, insert, update, delete on mail_templates to clientele_api;
grant select on mail_templates to clientele_worker;
--> statement-breakpoint
-- The subject of its mail, when the partner has one of its own; null: the standard.
alter table invitations add column subject text;
-- When the next reminder is due; null: none any more.
alter table invitations add column next_reminder_at timestamptz;
alter table invitations add column reminders_sent integer not null default 0;
-- Somebody has switched reminders off for this one.
alter table invitations add column reminders_off boolean not null default false;
create index invitations_to_remind on invitations (next_reminder_at) where state = 'pending' and next_reminder_at is not null;
--> statement-breakpoint
grant create on schema public to clientele_finder;
create function due_reminders(at_time timestamptz, most integer) returns table (id uuid, partner_id uuid)
  language sql stable security definer set search_path = public as $$
  select id, partner_id from invitations where state = 'pending' and next_reminder_at <= at_time order by next_reminder_at limit most
$$;
alter function due_reminders(timestamptz, integer) owner to clientele_finder;
revoke all on function due_reminders(timestamptz, integer) from public;
revoke create on schema public from clientele_finder;
grant execute on function due_reminders(timestamptz, integer) to clientele_worker;
