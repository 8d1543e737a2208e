-- Customers buy for themselves: the owner of a usage-based subscription, the partner's leave with its brakes, and what was ordered. See ADR 0043.

-- The customer's person who may buy on this subscription.
alter table subscriptions add column owner_id uuid references customer_users on delete set null;
create index subscriptions_by_owner on subscriptions (owner_id) where owner_id is not null;
--> statement-breakpoint

-- One row per customer that was ever allowed. It stays when the permission is turned off and when the relationship ends: what was set comes back.
create table customer_permissions (
  customer_id uuid primary key references customers on delete cascade,
  partner_id uuid not null references partners,
  is_on boolean not null,
  -- In the smallest unit of the currency. There is no permission without both: it would be a blank cheque.
  most_per_purchase bigint not null check (most_per_purchase > 0),
  most_per_month bigint not null check (most_per_month >= most_per_purchase),
  currency text not null,
  approval text not null check (approval in ('tell', 'ask')),
  -- When it ends by itself. It is looked at with each purchase: nothing has to run for that.
  ends_at timestamptz,
  changed_by text not null,
  changed_at timestamptz not null,
  version integer not null
);
create index customer_permissions_ending on customer_permissions (ends_at) where is_on and ends_at is not null;
create index customer_permissions_of_partner on customer_permissions (partner_id, customer_id) where is_on;
--> statement-breakpoint

-- What a customer's person ordered on its own page: bought, or asked for. With what it cost at that time.
create table orders (
  id uuid primary key,
  partner_id uuid not null references partners,
  customer_id uuid not null references customers on delete cascade,
  kind text not null check (kind in ('buy', 'exchange', 'cancel', 'renew')),
  state text not null check (state in ('awaiting-approval', 'placed', 'declined', 'lapsed', 'withdrawn')),
  -- Made with the form: the same form sent twice is one order.
  form_key uuid not null,
  subscription_id uuid references subscriptions on delete cascade,
  product_id text not null,
  region text not null,
  quantity integer not null check (quantity > 0),
  scope text not null check (scope in ('shared', 'subscription', 'resource-group')),
  scope_name text,
  unit_price bigint not null check (unit_price >= 0),
  total bigint not null check (total = unit_price * quantity),
  currency text not null,
  -- The reservation that a request is about, and the one that the order has made.
  of_purchase_id uuid references purchases on delete cascade,
  purchase_id uuid references purchases on delete cascade,
  -- The customer's words with a request, and the partner's with its answer.
  note text,
  answer text,
  ordered_by text not null references users,
  -- Of the page on which it was ordered: what is told of it comes in that language.
  language text not null,
  ordered_at timestamptz not null,
  lapses_at timestamptz,
  decided_by text,
  decided_at timestamptz,
  check ((kind = 'buy') = (of_purchase_id is null)),
  check ((state = 'awaiting-approval') <= (lapses_at is not null))
);
create unique index orders_once_per_form on orders (customer_id, form_key);
-- One open request about a reservation at a time.
create unique index orders_one_open_request on orders (of_purchase_id) where state = 'awaiting-approval' and of_purchase_id is not null;
create index orders_newest on orders (partner_id, id desc);
create index orders_open on orders (partner_id, id desc) where state = 'awaiting-approval';
create index orders_by_customer on orders (partner_id, customer_id, id desc);
create index orders_of_month on orders (customer_id, ordered_at) where kind = 'buy' and state in ('awaiting-approval', 'placed');
create index orders_lapsing on orders (lapses_at) where state = 'awaiting-approval';
create index orders_by_purchase on orders (purchase_id) where purchase_id is not null;
--> statement-breakpoint

do $$
declare name text;
begin
  foreach name in array array['customer_permissions', 'orders'] loop
    execute format('alter table %I enable row level security', name);
    execute format('alter table %I force row level security', name);
    execute format('create policy %I on %I to clientele_api, clientele_worker using (partner_id = current_partner_id()) with check (partner_id = current_partner_id())', name || '_of_partner', name);
    execute format('create policy %I on %I for select to clientele_finder using (true)', name || '_finder', name);
  end loop;
end $$;
grant select, insert on customer_permissions, orders to clientele_api;
grant update (is_on, most_per_purchase, most_per_month, currency, approval, ends_at, changed_by, changed_at, version) on customer_permissions to clientele_api;
grant update (state, answer, decided_by, decided_at, purchase_id) on orders to clientele_api;
-- A worker lets what is over lapse, and makes nothing.
grant select on customer_permissions, orders to clientele_worker;
grant update (is_on, changed_by, changed_at, version) on customer_permissions to clientele_worker;
grant update (state, decided_at) on orders to clientele_worker;
grant select (customer_id, partner_id, is_on, ends_at) on customer_permissions to clientele_finder;
grant select (id, partner_id, state, lapses_at) on orders to clientele_finder;
--> statement-breakpoint

grant create on schema public to clientele_finder;
--> statement-breakpoint
-- The orders that have waited as long as they may, of every partner: ids only.
create function lapsing_orders(at_time timestamptz, most integer) returns table (id uuid, partner_id uuid)
  language sql stable security definer set search_path = public as $$
  select id, partner_id from orders where state = 'awaiting-approval' and lapses_at <= at_time order by lapses_at limit most
$$;
-- The customers whose permission has come to its end date.
create function ending_customer_permissions(at_time timestamptz, most integer) returns table (id uuid, partner_id uuid)
  language sql stable security definer set search_path = public as $$
  select customer_id, partner_id from customer_permissions where is_on and ends_at <= at_time order by ends_at limit most
$$;
-- An order of another partner is elsewhere, too.
do $$
declare definition text := pg_get_functiondef('belongs_elsewhere(text[])'::regprocedure);
begin
  execute replace(definition, 'or exists (select from customer_views t',
    E'or exists (select from orders t where t.id = ids.id and t.partner_id <> current_partner_id())\n    or exists (select from customer_views t');
end $$;
--> statement-breakpoint
do $$
declare signature text;
begin
  foreach signature in array array['lapsing_orders(timestamptz, integer)', 'ending_customer_permissions(timestamptz, integer)'] loop
    execute 'alter function ' || signature || ' owner to clientele_finder';
    execute 'revoke all on function ' || signature || ' from public';
    execute 'grant execute on function ' || signature || ' to clientele_worker';
  end loop;
end $$;
revoke create on schema public from clientele_finder;
