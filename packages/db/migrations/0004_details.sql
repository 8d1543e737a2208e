-- Details of a customer: its special qualification, what it has bought once or in advance, and requests to accept the customer agreement.
alter table customers add column special_qualification text
  check (special_qualification in ('state-owned', 'education', 'non-profit', 'government-community'));
-- Counts up with each change, so that nobody changes what he has not seen.
alter table subscriptions add column version integer not null default 1;
--> statement-breakpoint

-- What a customer has through this partner besides subscriptions: prepaid reservations on a usage-based subscription, and software bought once.
create table purchases (
  id uuid primary key,
  partner_id uuid not null references partners,
  customer_id uuid not null references customers on delete cascade,
  kind text not null check (kind in ('reservation', 'software')),
  subscription_id uuid references subscriptions on delete cascade,
  product_id text not null,
  quantity integer not null check (quantity > 0),
  state text not null check (state in ('active', 'cancelled')),
  -- When a reservation has run its term; software has none.
  ends_at timestamptz,
  created_at timestamptz not null,
  check ((kind = 'reservation') = (subscription_id is not null and ends_at is not null))
);
create index purchases_by_customer on purchases (partner_id, customer_id, created_at);
create index purchases_by_subscription on purchases (subscription_id) where subscription_id is not null;
--> statement-breakpoint

-- The customer is asked to accept the customer agreement: one open request at a time, to one mailbox. The token in the link is computed.
create table agreement_requests (
  id uuid primary key,
  partner_id uuid not null references partners,
  customer_id uuid not null references customers on delete cascade,
  email text not null,
  recipient_name text not null,
  language text not null,
  state text not null check (state in ('pending', 'accepted', 'replaced')),
  expires_at timestamptz not null,
  created_by text not null references users,
  created_at timestamptz not null,
  answered_at timestamptz
);
create unique index agreement_requests_one_pending on agreement_requests (partner_id, customer_id) where state = 'pending';
create index agreement_requests_by_customer on agreement_requests (partner_id, customer_id, id desc);
create index deliveries_by_customer on deliveries (partner_id, customer_id, queued_at desc) where customer_id is not null;
--> statement-breakpoint

do $$
declare name text;
begin
  foreach name in array array['purchases', 'agreement_requests'] loop
    execute format('alter table %I enable row level security', name);
    execute format('alter table %I force row level security', name);
    execute format('create policy %I on %I to clientele_api, clientele_worker using (partner_id = current_partner_id()) with check (partner_id = current_partner_id())', name || '_of_partner', name);
  end loop;
end $$;
grant select, insert, update (state) on purchases to clientele_api;
grant select on purchases to clientele_worker;
grant select, insert, update (state, answered_at) on agreement_requests to clientele_api;
grant select on agreement_requests to clientele_worker;
grant select on agreement_requests to clientele_finder;
create policy agreement_requests_finder on agreement_requests for select to clientele_finder using (true);
--> statement-breakpoint

grant create on schema public to clientele_finder;
-- The partner that a link to accept the agreement came from.
create function agreement_request_partner(request uuid) returns uuid language sql stable security definer set search_path = public
  return (select partner_id from agreement_requests where id = request);
-- Names that look alike, of the current partner. Uses the trigram index of the search, which row-level security would keep from being used;
-- stops after a few hundred, so that a name made of everyday words costs no more than another. Who calls it sorts them out.
create function similar_customers(of_name text, most integer) returns table (id uuid, likeness real)
  language plpgsql volatile security definer set search_path = public as $$
begin
  perform set_config('pg_trgm.word_similarity_threshold', '0.55', true);
  -- Planned apart from the limit: with it, reading customers one by one until enough are found looks cheap, and is not for a rare name.
  return query with found as materialized (
      select c.id as found_id, word_similarity(of_name, c.search_text) as alike from customers c
      where c.partner_id = current_partner_id() and c.search_text %> of_name)
    select found_id, alike from found limit most;
end $$;
do $$
declare signature text;
begin
  foreach signature in array array['agreement_request_partner(uuid)', 'similar_customers(text, integer)'] loop
    execute 'alter function ' || signature || ' owner to clientele_finder';
    execute 'revoke all on function ' || signature || ' from public';
  end loop;
end $$;
revoke create on schema public from clientele_finder;
grant execute on function agreement_request_partner(uuid), similar_customers(text, integer) to clientele_api;
