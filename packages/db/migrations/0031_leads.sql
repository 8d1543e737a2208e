-- Leads: enquiries that reach a partner, and what it enters by hand.
create table leads (
  id uuid primary key,
  partner_id uuid not null references partners,
  type text not null check (type in ('customer-enquiry', 'marketing-qualified', 'sales-qualified')),
  state text not null check (state in ('received', 'accepted', 'won', 'lost', 'declined', 'expired')),
  -- The published profile by which the customer came; it may be gone by now. Null: entered by hand.
  profile_id uuid,
  company_name text not null,
  first_name text not null,
  last_name text not null,
  email text not null,
  phone text,
  country text not null,
  language text not null,
  -- What is needed, as the lists of profiles name it.
  products text[] not null default '{}',
  services text[] not null default '{}',
  company_size text,
  message text not null,
  received_at timestamptz not null,
  expires_at timestamptz not null,
  -- Flagged as urgent until then; null: was not asked for.
  urgent_until timestamptz,
  -- When the partner is warned next that it runs out; null: no more.
  warn_at timestamptz,
  -- Who entered it by hand.
  created_by text references users,
  -- The first answer, and the end of what was accepted.
  answered_at timestamptz,
  answered_by text references users,
  closed_at timestamptz,
  closed_by text references users,
  -- Why it was declined, or lost.
  reason text,
  deal_name text,
  amount numeric(15, 2) check (amount > 0),
  currency text,
  close_date date,
  note text,
  crm_id text,
  campaign_id text,
  team text[] not null default '{}',
  -- What a won one became.
  customer_id uuid references customers on delete set null,
  invitation_id uuid references invitations on delete set null,
  version integer not null default 1,
  search_text text generated always as (
    lower(company_name || E'\n' || first_name || ' ' || last_name || E'\n' || last_name || ' ' || first_name || E'\n' || email || E'\n' || coalesce(deal_name, ''))
  ) stored,
  check ((state in ('received', 'expired')) = (answered_at is null)),
  check ((state in ('won', 'lost')) = (closed_at is not null)),
  check (state not in ('accepted', 'won', 'lost') or (deal_name is not null and amount is not null and currency is not null and close_date is not null)),
  check ((amount is null) = (currency is null))
);
create index leads_board on leads (partner_id, state, received_at desc, id desc) include (expires_at);
create index leads_newest on leads (partner_id, received_at desc, id desc);
create index leads_by_company on leads (partner_id, left(lower(company_name), 60), id);
create index leads_by_close on leads (partner_id, coalesce(close_date, 'infinity'::date), id);
create index leads_by_email on leads (partner_id, lower(email), received_at desc);
create index leads_urgent on leads (partner_id, urgent_until) where urgent_until is not null and state in ('received', 'accepted');
create index leads_by_customer on leads (customer_id) where customer_id is not null;
create index leads_by_invitation on leads (invitation_id) where invitation_id is not null;
create index leads_running_out on leads (expires_at) where state = 'received';
create index leads_to_warn on leads (warn_at) where state = 'received' and warn_at is not null;
create index leads_by_text on leads using gin (partner_id, search_text gin_trgm_ops);
create index leads_by_grams on leads using gin (partner_id, search_grams(search_text));

-- Everybody has favourites of its own.
create table lead_favourites (
  partner_id uuid not null references partners,
  lead_id uuid not null references leads on delete cascade,
  user_id text not null references users on delete cascade,
  primary key (partner_id, user_id, lead_id)
);
create index lead_favourites_by_lead on lead_favourites (lead_id);

create table lead_notes (
  id uuid primary key,
  partner_id uuid not null references partners,
  lead_id uuid not null references leads on delete cascade,
  text text not null,
  created_by text not null references users,
  created_at timestamptz not null
);
create index lead_notes_by_lead on lead_notes (partner_id, lead_id, id desc);

-- What somebody has typed into the form of a profile, until its mailbox has said that it was itself. Becomes a lead with the same id, or is removed after days.
create table enquiries (
  id uuid primary key,
  partner_id uuid not null references partners,
  profile_id uuid not null,
  email text not null,
  language text not null,
  -- The form, as it was parsed.
  content jsonb not null,
  -- The same form of the same mailbox again is no second one.
  fingerprint text not null,
  created_at timestamptz not null,
  unique (partner_id, fingerprint)
);
create index enquiries_old on enquiries (created_at);
--> statement-breakpoint
do $$
declare name text;
begin
  foreach name in array array['leads', 'lead_favourites', 'lead_notes', 'enquiries'] loop
    execute format('alter table %I enable row level security', name);
    execute format('alter table %I force row level security', name);
    execute format('create policy %I on %I to clientele_api, clientele_worker using (partner_id = current_partner_id()) with check (partner_id = current_partner_id())', name || '_of_partner', name);
  end loop;
end $$;
grant select, insert, update (state, answered_at, answered_by, closed_at, closed_by, reason, deal_name, amount, currency, close_date, note, crm_id, campaign_id, team,
  warn_at, customer_id, invitation_id, version) on leads to clientele_api;
grant select, update (state, warn_at, customer_id, version) on leads to clientele_worker;
grant select, insert, delete on lead_favourites to clientele_api;
grant select, insert on lead_notes to clientele_api;
grant select, insert, delete on enquiries to clientele_api;
grant select on enquiries to clientele_worker;
grant select on leads, lead_favourites to clientele_finder;
grant select (id, partner_id, created_at), delete on enquiries to clientele_finder;
grant select (type, data) on events to clientele_finder;
create policy leads_finder on leads for select to clientele_finder using (true);
create policy lead_favourites_finder on lead_favourites for select to clientele_finder using (true);
create policy enquiries_finder on enquiries for select to clientele_finder using (true);
create policy enquiries_finder_delete on enquiries for delete to clientele_finder using (true);

create index events_by_lead on events (partner_id, (data->>'leadId'), id desc) where type like 'lead.%';
create index deliveries_by_lead on deliveries (partner_id, (facts->>'leadId'), queued_at desc) where facts ? 'leadId';
--> statement-breakpoint

grant create on schema public to clientele_finder;
-- The condition that a set of filters is. $1 partner, $2 now, $3 state, $4 type, $5 user whose favourites, $6 pattern, $7 grams.
create function lead_condition(given jsonb) returns text language sql immutable set search_path = public as $$
  select concat_ws(' and ',
    'l.partner_id = $1',
    case given->>'state'
      when 'received' then $s$l.state = 'received' and l.expires_at > $2$s$
      when 'expired' then $s$(l.state = 'expired' or (l.state = 'received' and l.expires_at <= $2))$s$
      else case when given ? 'state' then 'l.state = $3' end end,
    case when given ? 'type' then 'l.type = $4' end,
    case when given ? 'favouriteOf' then 'l.id in (select f.lead_id from lead_favourites f where f.partner_id = $1 and f.user_id = $5)' end,
    case when given ? 'urgent' then $s$l.urgent_until > $2 and (l.state = 'accepted' or (l.state = 'received' and l.expires_at > $2))$s$ end,
    case when given ? 'pattern' then 'l.search_text like $6' end,
    case when given ? 'grams' then 'search_grams(l.search_text) @> $7' end)
$$;

-- The ids of one page of the current partner's leads. The last values of the page before are `after_value` and `after_id`.
create function find_leads(given jsonb, sort text, descending boolean, after_value text, after_id uuid, most integer) returns setof uuid
  language plpgsql stable security definer set search_path = public as $$
declare
  key text := case sort when 'company' then 'left(lower(l.company_name), 60)' when 'closing' then 'coalesce(l.close_date, ''infinity''::date)' else 'l.received_at' end;
  kind text := case sort when 'company' then 'text' when 'closing' then 'date' else 'timestamptz' end;
  direction text := case when descending then 'desc' else 'asc' end;
begin
  return query execute 'select l.id from leads l where ' || lead_condition(given)
    || case when after_id is null then '' else format(' and (%s, l.id) %s ($8::%s, $9)', key, case when descending then '<' else '>' end, kind) end
    || format(' order by %s %s, l.id %s limit $10', key, direction, direction)
  using current_partner_id(), coalesce((given->>'now')::timestamptz, now()), given->>'state', given->>'type', given->>'favouriteOf', given->>'pattern',
    array(select jsonb_array_elements_text(given->'grams')), after_value, after_id, most;
end $$;

-- How many there are in each state, as it is now.
create function count_leads(given jsonb) returns table (state text, leads bigint) language plpgsql stable security definer set search_path = public as $$
begin
  return query execute 'select case when l.state = ''received'' and l.expires_at <= $2 then ''expired'' else l.state end, count(*) from leads l where '
    || lead_condition(given) || ' group by 1'
  using current_partner_id(), coalesce((given->>'now')::timestamptz, now()), given->>'state', given->>'type', given->>'favouriteOf', given->>'pattern',
    array(select jsonb_array_elements_text(given->'grams'));
end $$;

-- What happened to a lead of the current partner, and its mails: `->>` cannot be an index condition under a policy.
create function events_of_lead(of_lead uuid, most integer) returns setof uuid language sql stable security definer set search_path = public as $$
  select id from events where partner_id = current_partner_id() and type like 'lead.%' and data->>'leadId' = of_lead::text order by id desc limit most
$$;
create function deliveries_of_lead(of_lead uuid, most integer) returns setof uuid language sql stable security definer set search_path = public as $$
  select id from deliveries where partner_id = current_partner_id() and facts ? 'leadId' and facts->>'leadId' = of_lead::text order by queued_at desc limit most
$$;

-- The partner that an enquiry went to, before it is a lead and after. Asked only for a link that is proven to be ours.
create function enquiry_partner(enquiry uuid) returns uuid language sql stable security definer set search_path = public
  return coalesce((select partner_id from leads where id = enquiry), (select partner_id from enquiries where id = enquiry));

-- For the sweeper: leads that ran out, and partners to be warned.
create function expired_leads(at_time timestamptz, most integer) returns table (id uuid, partner_id uuid)
  language sql stable security definer set search_path = public as $$
  select id, partner_id from leads where state = 'received' and expires_at <= at_time order by expires_at limit most
$$;
create function partners_with_expiring_leads(at_time timestamptz, most integer) returns table (partner_id uuid)
  language sql stable security definer set search_path = public as $$
  select distinct l.partner_id from leads l where l.state = 'received' and l.warn_at <= at_time limit most
$$;
-- Nobody has confirmed these.
create function forget_old_enquiries(before_time timestamptz) returns bigint language sql security definer set search_path = public as $$
  with gone as (delete from enquiries where created_at < before_time returning 1) select count(*) from gone
$$;
do $$
declare definition text := pg_get_functiondef('belongs_elsewhere(text[])'::regprocedure);
begin
  -- What it knows besides stays: other releases add to it, too.
  execute replace(definition, 'or exists (select from customer_views t',
    E'or exists (select from leads t where t.id = ids.id and t.partner_id <> current_partner_id())\n    or exists (select from customer_views t');
end $$;
do $$
declare signature text;
begin
  foreach signature in array array['find_leads(jsonb, text, boolean, text, uuid, integer)', 'count_leads(jsonb)', 'events_of_lead(uuid, integer)',
    'deliveries_of_lead(uuid, integer)', 'enquiry_partner(uuid)', 'expired_leads(timestamptz, integer)', 'partners_with_expiring_leads(timestamptz, integer)',
    'forget_old_enquiries(timestamptz)'] loop
    execute 'alter function ' || signature || ' owner to clientele_finder';
    execute 'revoke all on function ' || signature || ' from public';
  end loop;
end $$;
revoke create on schema public from clientele_finder;
grant execute on function find_leads(jsonb, text, boolean, text, uuid, integer), count_leads(jsonb), events_of_lead(uuid, integer), deliveries_of_lead(uuid, integer),
  enquiry_partner(uuid) to clientele_api;
grant execute on function expired_leads(timestamptz, integer), partners_with_expiring_leads(timestamptz, integer), forget_old_enquiries(timestamptz) to clientele_worker;
