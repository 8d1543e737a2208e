-- The customer list at a million customers: what the filters need, the indexes that keep a page's cost even, and saved views.
-- GIN indexes with the partner in front: what other partners have under the same word costs nothing.
create extension if not exists btree_gin;
--> statement-breakpoint
-- The indirect reseller that an indirect provider serves this customer through.
alter table customers add column indirect_reseller_id uuid references partners;
--> statement-breakpoint

-- The characters outside of ASCII, alone and in pairs: trigrams are no help for words of one or two characters, as in Japanese.
create function search_grams(t text) returns text[] language sql immutable parallel safe
  return case when octet_length(t) = char_length(t) then '{}' else array(
    select distinct gram from generate_series(1, char_length(t)) i, lateral (values (substr(t, i, 1)), (substr(t, i, 2))) g(gram)
    where octet_length(gram) > char_length(gram)) end;
--> statement-breakpoint

-- In the order of the list, with all that most filters look at: a walk along it reads no row. Tags are not in it; twenty long ones are too much for
-- an index entry.
create index customers_list on customers (partner_id, company_name, id)
  include (search_text, domain, country, relationship, delegated_admin, agreement_accepted_at, indirect_reseller_id, created_at, onboarding_operation_id);
drop index customers_all_by_company;
-- What can be rare, or stand together at one end of the list, has an order of its own.
create index customers_by_country on customers (partner_id, country, company_name, id);
create index customers_by_relationship on customers (partner_id, relationship, company_name, id) where relationship <> 'active';
create index customers_without_agreement on customers (partner_id, company_name, id) where agreement_accepted_at is null;
create index customers_by_reseller on customers (partner_id, indirect_reseller_id, company_name, id) where indirect_reseller_id is not null;
drop index customers_by_domain;
create index customers_by_domain on customers (partner_id, domain, id) include (relationship, onboarding_operation_id);
drop index customers_by_created;
create index customers_by_created on customers (partner_id, created_at, id) include (relationship, onboarding_operation_id);
drop index customers_by_text;
create index customers_by_text on customers using gin (partner_id, search_text gin_trgm_ops);
create index customers_by_grams on customers using gin (partner_id, search_grams(search_text));
drop index customers_by_tag;
create index customers_by_tag on customers using gin (partner_id, tags);
--> statement-breakpoint

-- A person's own lists of customers: filters, sort and columns under a name.
create table customer_views (
  id uuid primary key,
  partner_id uuid not null references partners,
  user_id text not null references users on delete cascade,
  name text not null,
  filters jsonb not null,
  columns text[] not null,
  is_default boolean not null default false,
  created_at timestamptz not null
);
create unique index customer_views_by_name on customer_views (partner_id, user_id, lower(name));
create unique index customer_views_one_default on customer_views (partner_id, user_id) where is_default;
alter table customer_views enable row level security;
alter table customer_views force row level security;
create policy customer_views_of_partner on customer_views to clientele_api using (partner_id = current_partner_id()) with check (partner_id = current_partner_id());
grant select, insert, update, delete on customer_views to clientele_api;
--> statement-breakpoint

grant create on schema public to clientele_finder;
--> statement-breakpoint
-- The condition that a set of filters is; `given` holds the filters as `find_customers` gets them. Values stay parameters:
-- $1 partner, $2 to $6 as they stand here. Without three letters or digits in a row the trigram index would be read from end to end, so `hidden` keeps
-- the operator from the planner.
create function customer_condition(given jsonb, hidden boolean) returns text language sql immutable set search_path = public
  return 'onboarding_operation_id is null'
    || case when given ? 'states' then ' and relationship = any ($2)' else '' end
    || case when given ? 'tags' then ' and tags @> $3' else '' end
    || case when given ? 'country' then ' and country = $4' else '' end
    || case given->>'delegatedAdmin' when 'true' then ' and delegated_admin' when 'false' then ' and not delegated_admin' else '' end
    || case given->>'agreed' when 'true' then ' and agreement_accepted_at is not null' when 'false' then ' and agreement_accepted_at is null' else '' end
    || case when given ? 'reseller' then ' and indirect_reseller_id = $5' else '' end
    || case when given ? 'pattern' then ' and search_text' || case when hidden then ' || ''''' else '' end || ' like $6' else '' end;
--> statement-breakpoint

-- A page of the list: ids in its order, at a cost that hardly grows with the table. Row-level security keeps GIN indexes from being used (LIKE and @>
-- are not leakproof), so this filters by the current partner itself; the rows are then read under the policy. See ADR 0015.
--   given   {"states": [...], "tags": [...], "country": "JP", "delegatedAdmin": true, "agreed": false, "reseller": "...", "term": "...", "pattern": "%...%", "grams": [...]}
--   cursor  the sort value and id of the row before the page, and for a search by company whether that row's name begins with the term
create function find_customers(given jsonb, sort text, descending boolean, after_begins boolean, after_value text, after_id uuid, most integer,
  -- How far the walk goes, and how many rows are fetched out of order before walking on is the better way: other numbers give the same page.
  reach integer default 8000, candidates integer default 2500)
returns setof uuid language plpgsql stable rows 26 security definer set search_path = public as $$
declare
  own uuid := current_partner_id();
  states text[] := array(select jsonb_array_elements_text(given->'states'));
  with_tags text[] := array(select jsonb_array_elements_text(given->'tags'));
  grams text[] := array(select jsonb_array_elements_text(given->'grams'));
  term text := given->>'term';
  rows_of text := 'from customers where partner_id = $1';
  wanted text := customer_condition(given, false);
  key text := case sort when 'company' then 'company_name' when 'domain' then 'domain' else 'created_at' end;
  direction text := case when descending then 'desc' else 'asc' end;
  in_order text := format('order by %1$s %2$s, id %2$s', key, direction);
  beyond text := case when after_id is null then '' else
    format(' and (%s, id) %s ($7::%s, $8)', key, case when descending then '<' else '>' end, case sort when 'created' then 'timestamptz' else 'text' end) end;
  -- Entries of customers_list are read many times quicker than rows.
  walk integer := case when sort = 'company' and not given ? 'tags' then reach else least(reach, 500) end;
  narrow text := '';
  apart text := '';
  -- A trigram needs three letters or digits in a row.
  by_trigrams boolean := coalesce(given->>'term' ~ '[[:alnum:]]{3}', false);
  by_grams boolean := given ? 'grams' and not by_trigrams;
  ids uuid[] := '{}';
  more uuid[];
  hits integer;
begin
  -- 1. Names that begin with the term stand first, and together.
  if given ? 'pattern' and sort = 'company' then
    if after_begins is not false then
      execute format('select array(select id from (select * %s and company_name >= $9 and company_name < $9 || U&''\FFFF''%s %s offset 0) as walked where %s %s limit $10)', rows_of, beyond, in_order, wanted, in_order)
        into ids using own, states, with_tags, given->>'country', (given->>'reseller')::uuid, given->>'pattern', after_value, after_id, term, most;
      most := most - cardinality(ids);
      beyond := '';
    end if;
    apart := ' and not (company_name >= $9 and company_name < $9 || U&''\FFFF'')';
    wanted := wanted || apart;
  end if;

  -- 2. A walk along the order, so many entries: fills a page unless what is asked for is rare or stands further on.
  if most > 0 then
    if sort = 'company' then
      narrow := case when given ? 'reseller' then ' and indirect_reseller_id = $5' when given->>'agreed' = 'false' then ' and agreement_accepted_at is null'
        when cardinality(states) = 1 and states[1] <> 'active' then format(' and relationship = %L', states[1]) when given ? 'country' then ' and country = $4' else '' end;
    end if;
    if narrow <> '' then
      walk := least(reach, 500);
      perform set_config('enable_indexonlyscan', 'off', true);
    end if;
    execute format('select array(select id from (select * %s%s%s %s limit %s) as walked where %s %s limit $10)', rows_of, narrow, beyond, in_order, walk, wanted, in_order)
      into more using own, states, with_tags, given->>'country', (given->>'reseller')::uuid, given->>'pattern', after_value, after_id, term, most;
    perform set_config('enable_indexonlyscan', 'on', true);

    if cardinality(more) < most then
      perform set_config('enable_seqscan', 'off', true), set_config('enable_indexscan', 'off', true);
      -- 3. All that an index finds out of order, if that is not too much.
      if narrow <> '' or by_trigrams or by_grams or given ? 'tags' or given->>'agreed' = 'false' or given ? 'country' or given ? 'reseller'
        or (given ? 'states' and not 'active' = any (states)) then
        perform set_config('enable_indexonlyscan', 'off', true);
        execute format('with hits as materialized (select id, %1$s %2$s and %3$s%4$s%5$s limit %6$s) select count(*), array(select id from hits %7$s limit $10) from hits', key,
            rows_of, customer_condition(given, by_grams), case when by_grams then ' and search_grams(search_text) @> $11' else '' end, apart || beyond, candidates + 1, in_order)
          into hits, more using own, states, with_tags, given->>'country', (given->>'reseller')::uuid, given->>'pattern', after_value, after_id, term, most, grams;
        perform set_config('enable_indexonlyscan', 'on', true);
      end if;
      -- 4. Otherwise there are many: the walk goes on to its end; in another order than the company's, all of them are sorted.
      if hits is null or hits > candidates then
        if not given ? 'tags' then perform set_config('enable_bitmapscan', 'off', true); end if;
        execute format(case when sort = 'company' and not given ? 'tags' then 'select array(select id %2$s and %3$s%4$s %5$s limit $10)'
          else 'with hits as materialized (select id, %1$s %2$s and %3$s%4$s) select array(select id from hits %5$s limit $10)' end, key, rows_of, wanted, beyond, in_order)
          into more using own, states, with_tags, given->>'country', (given->>'reseller')::uuid, given->>'pattern', after_value, after_id, term, most;
      end if;
      perform set_config('enable_seqscan', 'on', true), set_config('enable_indexscan', 'on', true), set_config('enable_bitmapscan', 'on', true);
    end if;
    ids := ids || more;
  end if;
  return query select unnest(ids);
end $$;
--> statement-breakpoint

-- How many customers the filters give: exactly up to `exactly`, beyond that an estimate from a sample of the table's pages. Bounded in what it reads.
create function count_customers(given jsonb, exactly integer, out count integer, out estimated boolean)
language plpgsql stable security definer set search_path = public as $$
declare
  own uuid := current_partner_id();
  states text[] := array(select jsonb_array_elements_text(given->'states'));
  with_tags text[] := array(select jsonb_array_elements_text(given->'tags'));
  by_grams boolean := given ? 'grams' and coalesce(given->>'term' !~ '[[:alnum:]]{3}', false);
  wanted text := customer_condition(given, given ? 'pattern' and given->>'term' !~ '[[:alnum:]]{3}');
  sampled constant integer := 200;
  pages integer := (select relpages from pg_class where oid = 'customers'::regclass);
begin
  estimated := false;
  if pages > sampled * 3 then
    execute format('select round(count(*) * $7 / $8) from customers tablesample system (100 * $8 / $7) where partner_id = $1 and %s', wanted)
      into count using own, states, with_tags, given->>'country', (given->>'reseller')::uuid, given->>'pattern', pages::float8, sampled::float8;
    -- A sample is sure enough only well beyond the border.
    estimated := count > exactly * 2;
    if estimated then return; end if;
  end if;
  perform set_config('enable_seqscan', 'off', true), set_config('enable_indexscan', 'off', true);
  execute format('select count(*) from (select from customers where partner_id = $1 and %s limit $7) as counted',
      case when given->>'pattern' !~ '[[:alnum:]]{3}' then replace(wanted, 'search_text like', 'search_text || '''' like') else wanted end
        || case when given ? 'grams' then ' and search_grams(search_text) @> $8' else '' end)
    into count using own, states, with_tags, given->>'country', (given->>'reseller')::uuid, given->>'pattern', exactly + 1, array(select jsonb_array_elements_text(given->'grams'));
  perform set_config('enable_seqscan', 'on', true), set_config('enable_indexscan', 'on', true);
  estimated := count > exactly;
end $$;
--> statement-breakpoint

-- The names of the partner's indirect resellers among its customers, one step of the index each.
create function customer_resellers() returns table (id uuid, name text) language sql stable security definer set search_path = public as $$
  with recursive found as (
    (select indirect_reseller_id from customers where partner_id = current_partner_id() and indirect_reseller_id is not null order by indirect_reseller_id limit 1)
    union all
    select (select c.indirect_reseller_id from customers c where c.partner_id = current_partner_id() and c.indirect_reseller_id > found.indirect_reseller_id order by c.indirect_reseller_id limit 1)
    from found where found.indirect_reseller_id is not null
  )
  select p.id, p.name from found join partners p on p.id = found.indirect_reseller_id order by p.name, p.id
$$;
create function customer_reseller_name(reseller uuid) returns text language sql stable security definer set search_path = public
  return (select name from partners p where p.id = reseller
    and exists (select from customers c where c.partner_id = current_partner_id() and c.indirect_reseller_id = p.id));
--> statement-breakpoint
do $$
declare signature text;
begin
  foreach signature in array array['find_customers(jsonb, text, boolean, boolean, text, uuid, integer, integer, integer)', 'count_customers(jsonb, integer)', 'customer_resellers()', 'customer_reseller_name(uuid)'] loop
    execute 'alter function ' || signature || ' owner to clientele_finder';
    execute 'revoke all on function ' || signature || ' from public';
    execute 'grant execute on function ' || signature || ' to clientele_api, clientele_worker';
  end loop;
end $$;
revoke create on schema public from clientele_finder;
