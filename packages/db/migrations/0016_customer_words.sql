-- Words of company names in the order of the list: a word that is common and stands only far back in the list was walked to. See ADR 0027.

-- The name of a customer as it is searched: `search_text` without the domain.
create function searched_name(search_text text, domain text) returns text language sql immutable parallel safe
  return left(search_text, -1 - char_length(domain));
-- Its words: letters and digits in a row.
create function words_of(name text) returns setof text language sql immutable parallel safe rows 4
begin atomic
  select distinct left(word, 60) from regexp_split_to_table(name collate "und-x-icu", '[^[:alnum:]]+') word where word <> '';
end;
-- Whether a word of the name, or the domain, begins with a term.
create function is_begun_by(search_text text, domain text, term text) returns boolean language sql immutable parallel safe
  return term collate "und-x-icu" ~ '^[[:alnum:]]' and (starts_with(domain, term)
    or searched_name(search_text, domain) collate "und-x-icu" ~ ('(^|[^[:alnum:]])' || regexp_replace(term, '([^[:alnum:]\s])', '\\\1', 'g')));
--> statement-breakpoint

-- No foreign keys: the triggers keep it, and a check of each word would take longer than the words.
create table customer_words (
  partner_id uuid not null,
  word text collate "C" not null,
  company_name text collate "und-x-icu" not null,
  customer_id uuid not null,
  primary key (partner_id, word, company_name, customer_id)
);
alter table customer_words enable row level security;
alter table customer_words force row level security;
-- For the finder, which filters by the current partner itself, and nobody else.
create policy customer_words_finder on customer_words to clientele_finder using (true) with check (true);
grant select, insert, delete on customer_words to clientele_finder;
alter table customers no force row level security;
alter table customer_words no force row level security;
insert into customer_words
select c.partner_id, word, c.company_name, c.id from customers c, words_of(searched_name(c.search_text, c.domain)) word order by 1, 2, 3, 4;
alter table customer_words force row level security;
alter table customers force row level security;
--> statement-breakpoint

grant create on schema public to clientele_finder;
--> statement-breakpoint
create function add_customer_words() returns trigger language plpgsql security definer set search_path = public as $$
begin
  insert into customer_words
  select c.partner_id, word, c.company_name, c.id from added c, words_of(searched_name(c.search_text, c.domain)) word;
  return null;
end $$;
create function change_customer_words() returns trigger language plpgsql security definer set search_path = public as $$
begin
  delete from customer_words using words_of(searched_name(old.search_text, old.domain)) gone
  where partner_id = old.partner_id and word = gone and company_name = old.company_name and customer_id = old.id;
  if tg_op = 'UPDATE' then
    insert into customer_words select new.partner_id, word, new.company_name, new.id from words_of(searched_name(new.search_text, new.domain)) word;
  end if;
  return null;
end $$;
create trigger customers_add_words after insert on customers referencing new table as added for each statement execute function add_customer_words();
create trigger customers_change_words after update of company_name, domain on customers for each row
  when (old.company_name is distinct from new.company_name or old.domain is distinct from new.domain) execute function change_customer_words();
create trigger customers_remove_words after delete on customers for each row execute function change_customer_words();
--> statement-breakpoint

-- In each order of the list an index holds what most filters look at, as customers_list does.
drop index customers_by_domain;
create index customers_by_domain on customers (partner_id, domain, id)
  include (search_text, country, relationship, delegated_admin, agreement_accepted_at, indirect_reseller_id, onboarding_operation_id);
drop index customers_by_created;
create index customers_by_created on customers (partner_id, created_at, id)
  include (search_text, country, relationship, delegated_admin, agreement_accepted_at, indirect_reseller_id, onboarding_operation_id);
--> statement-breakpoint

drop function find_customers(jsonb, text, boolean, boolean, text, uuid, integer, integer, integer);
--> statement-breakpoint

-- A page of the list: ids in its order, at a cost that hardly grows with the table. Row-level security keeps GIN indexes from being used (LIKE and @>
-- are not leakproof), so this filters by the current partner itself; the rows are then read under the policy. See ADR 0015 and 0027.
-- A search in the order of names has three ranks: the name begins with the term (0), a word of it or the domain does (1), the term is somewhere inside (2).
--   given   {"states": [...], "tags": [...], "country": "JP", "delegatedAdmin": true, "agreed": false, "reseller": "...", "term": "...", "pattern": "%...%", "grams": [...]}
--   cursor  the sort value and id of the row before the page, and for a search in the order of names its rank
create function find_customers(given jsonb, sort text, descending boolean, after_rank integer, after_value text, after_id uuid, most integer,
  -- How far a walk goes, and how many rows are fetched out of order before walking on is the better way: other numbers give the same page.
  reach integer default 8000, candidates integer default 2500)
returns setof uuid language plpgsql stable rows 26 security definer set search_path = public as $$
declare
  own uuid := current_partner_id();
  states text[] := array(select jsonb_array_elements_text(given->'states'));
  with_tags text[] := array(select jsonb_array_elements_text(given->'tags'));
  grams text[] := array(select jsonb_array_elements_text(given->'grams'));
  term text := given->>'term';
  rows_of text := 'from customers where partner_id = $1';
  key text := case sort when 'company' then 'company_name' when 'domain' then 'domain' else 'created_at' end;
  direction text := case when descending then 'desc' else 'asc' end;
  in_order text := format('%1$s %2$s, id %2$s', key, direction);
  beyond text := case when after_id is null then '' else
    format(' and (%s, id) %s ($7::%s, $8)', key, case when descending then '<' else '>' end, case sort when 'created' then 'timestamptz' else 'text' end) end;
  wanted text := customer_condition(given, false);
  begins constant text := '(company_name >= $9 and company_name < $9 || U&''\FFFF'')';
  begun constant text := 'is_begun_by(search_text, domain, $9)';
  in_domain constant text := 'from customers where partner_id = $1 and domain >= $9 collate "C" and domain < ($9 || U&''\+10FFFF'') collate "C"';
  ranked boolean := given ? 'pattern' and sort = 'company';
  is_done boolean := false;
  apart text := '';
  narrow text := '';
  -- A trigram needs three letters or digits in a row.
  by_trigrams boolean := coalesce(given->>'term' ~ '[[:alnum:]]{3}', false);
  by_grams boolean := given ? 'grams' and not by_trigrams;
  ids uuid[] := '{}';
  more uuid[];
  hits integer;
  tokens text[];
  low text;
  high text;
  rarest integer;
  from_word text;
  to_word text;
begin
  -- An index of the filter's own, where what it asks for can be rare or stand together.
  if sort = 'company' then
    narrow := case when given ? 'reseller' then ' and indirect_reseller_id = $5' when given->>'agreed' = 'false' then ' and agreement_accepted_at is null'
      when cardinality(states) = 1 and states[1] <> 'active' then format(' and relationship = %L', states[1]) when given ? 'country' then ' and country = $4' else '' end;
  end if;

  for rank in (case when ranked then coalesce(after_rank, 0) else 2 end) .. 2 loop
    exit when most <= 0 or is_done;
    more := null;

    -- 1. Names that begin with the term stand together.
    if rank = 0 then
      execute format('select array(select id from (select * %s and %s%s order by %s offset 0) as walked where %s order by %s limit $10)', rows_of, begins, beyond, in_order, wanted, in_order)
        into more using own, states, with_tags, given->>'country', (given->>'reseller')::uuid, given->>'pattern', after_value, after_id, term, most;
    elsif ranked then
      apart := format(' and not %s and %s%s', begins, case when rank = 2 then 'not ' else '' end, begun);
    end if;

    if rank = 1 and term !~ '^[[:alnum:]]' then
      more := '{}';
    elsif rank = 1 then
      tokens := array(select left(hit[1], 60) from regexp_matches(term collate "und-x-icu", '[[:alnum:]]+', 'g') hit);
      rarest := candidates + 1;
      execute format('select count(*) from (select %s limit $2) as found', in_domain) into hits using own, rarest, null, null, null, null, null, null, term;
      if hits <= candidates then
        -- 2. All names with the rarest of the term's words, if that is rare, and all domains. The last word may go on.
        for at in 1 .. cardinality(tokens) loop
          low := tokens[at];
          high := low || case when at = cardinality(tokens) and term ~ '[[:alnum:]]$' then U&'\+10FFFF' else '' end;
          select count(*) into hits from (select from customer_words w where w.partner_id = own and w.word >= low and w.word <= high limit rarest) as found;
          if hits < rarest or (hits > candidates and length(low) > coalesce(length(from_word), 0)) then
            rarest := hits;
            from_word := low;
            to_word := high;
          end if;
        end loop;
        if rarest <= candidates then
          execute format('with hits as materialized (select customer_id from customer_words where partner_id = $1 and word >= $11 and word <= $12 union select id %s)
              select array(select id from hits, lateral (select * from customers where id = customer_id offset 0) as customers where %s%s%s order by %s limit $10)',
              in_domain, wanted, apart, beyond, in_order)
            into more using own, states, with_tags, given->>'country', (given->>'reseller')::uuid, given->>'pattern', after_value, after_id, term, most, from_word, to_word;
        else
          -- 3. Many names, but few different words: each has its names in order.
          tokens := array(with recursive distinct_words as (
              (select w.word from customer_words w where w.partner_id = own and w.word >= from_word order by w.word limit 1)
              union all select (select w.word from customer_words w where w.partner_id = own and w.word > d.word order by w.word limit 1) from distinct_words d where d.word <= to_word)
            select d.word from distinct_words d where d.word <= to_word limit 17);
          if cardinality(tokens) <= 16 then
            execute format('with found as materialized (
                select w, id, company_name from unnest($11::text[]) w, lateral (
                  select id, company_name from (
                      select customer_id as entry from customer_words where partner_id = $1 and word = w%1$s order by company_name %2$s, customer_id %2$s limit $12) as walked,
                    lateral (select * from customers where id = entry offset 0) as customers where %3$s%4$s limit $10) as fitting
                union all select null, id, company_name from (select * %5$s offset 0) as customers where %3$s%4$s%6$s)
              select case when not exists (select from unnest($11::text[]) w where (select count(*) from found where found.w = w.w) < $10
                  and (select count(*) from (select from customer_words where partner_id = $1 and word = w.w%1$s limit $12) as counted) = $12)
                then array(select id from found group by id, company_name order by %7$s limit $10) end',
                replace(beyond, ', id)', ', customer_id)'), direction, wanted, apart, in_domain, beyond, in_order)
              into more using own, states, with_tags, given->>'country', (given->>'reseller')::uuid, given->>'pattern', after_value, after_id, term, most, tokens, greatest(1, reach / 16);
          end if;
        end if;
      end if;
    end if;

    -- 4. A walk along the order, so many entries: fills a page unless what is asked for is rare or stands further on. The indexes do not hold tags.
    if more is null then
      if narrow <> '' then perform set_config('enable_indexonlyscan', 'off', true); end if;
      execute format('select array(select id from (select * from (select * %s%s%s order by %s limit %s) as walked where %s%s%s) as walked where %s limit $10)',
          rows_of, narrow, beyond, in_order, case when narrow <> '' then least(reach, 500) when sort = 'company' then reach else reach * 3 end,
          customer_condition(given - 'tags', false), apart, case when given ? 'tags' then format(' limit %s', least(reach, 500)) else '' end,
          case when given ? 'tags' then '(select c.tags from customers c where c.id = walked.id) @> $3' else 'true' end)
        into more using own, states, with_tags, given->>'country', (given->>'reseller')::uuid, given->>'pattern', after_value, after_id, term, most;
      perform set_config('enable_indexonlyscan', 'on', true);

      if cardinality(more) < most then
        hits := null;
        perform set_config('enable_seqscan', 'off', true), set_config('enable_indexscan', 'off', true);
        -- 5. All that an index finds out of order, if that is not too much: then nothing is left for another rank.
        if narrow <> '' or by_trigrams or by_grams or given ? 'tags' or given->>'agreed' = 'false' or given ? 'country' or given ? 'reseller'
          or (given ? 'states' and not 'active' = any (states)) then
          perform set_config('enable_indexonlyscan', 'off', true);
          execute format('with hits as materialized (select id, %1$s, %8$s as begun %2$s and %3$s%4$s%5$s limit %6$s) select count(*), array(select id from hits order by begun desc, %7$s limit $10) from hits',
              key, rows_of, customer_condition(given, by_grams), case when by_grams then ' and search_grams(search_text) @> $11' else '' end,
              case when rank = 1 then format(' and not %s and (not %s or true%s)', begins, begun, beyond) else apart || beyond end,
              candidates + 1, in_order, case when rank = 1 then begun else 'true' end)
            into hits, more using own, states, with_tags, given->>'country', (given->>'reseller')::uuid, given->>'pattern', after_value, after_id, term, most, grams;
          perform set_config('enable_indexonlyscan', 'on', true);
          is_done := hits <= candidates;
        end if;
        -- 6. Otherwise there are many: the walk goes on to its end; in another order than the company's, all of them are sorted.
        if hits is null or hits > candidates then
          if not given ? 'tags' then perform set_config('enable_bitmapscan', 'off', true); end if;
          execute format(case when sort = 'company' and not given ? 'tags' then 'select array(select id %2$s and %3$s%4$s%5$s order by %6$s limit $10)'
            else 'with hits as materialized (select id, %1$s %2$s and %3$s%4$s%5$s) select array(select id from hits order by %6$s limit $10)' end, key, rows_of, wanted, apart, beyond, in_order)
            into more using own, states, with_tags, given->>'country', (given->>'reseller')::uuid, given->>'pattern', after_value, after_id, term, most;
        end if;
        perform set_config('enable_seqscan', 'on', true), set_config('enable_indexscan', 'on', true), set_config('enable_bitmapscan', 'on', true);
      end if;
    end if;
    ids := ids || more;
    most := most - cardinality(more);
    beyond := '';
  end loop;
  return query select unnest(ids);
end $$;
--> statement-breakpoint
do $$
declare signature text;
begin
  foreach signature in array array['find_customers(jsonb, text, boolean, integer, text, uuid, integer, integer, integer)', 'add_customer_words()', 'change_customer_words()'] loop
    execute 'alter function ' || signature || ' owner to clientele_finder';
    execute 'revoke all on function ' || signature || ' from public';
  end loop;
end $$;
grant execute on function find_customers(jsonb, text, boolean, integer, text, uuid, integer, integer, integer) to clientele_api, clientele_worker;
revoke create on schema public from clientele_finder;
