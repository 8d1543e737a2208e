-- What a partner publishes to be found, per country: a draft, and beside it what customers see. And the table that "find a partner" searches.
create table business_profiles (
  id uuid primary key,
  partner_id uuid not null references partners,
  country text not null,
  draft jsonb not null,
  -- Null while customers see nothing.
  published jsonb,
  -- Names under which it is found besides its own words: places, and what was chosen from lists, in every language. Made when it is published.
  found_by jsonb,
  published_at timestamptz,
  -- Once it was published somebody may have come by it.
  first_published_at timestamptz,
  changed_by text not null references users,
  changed_at timestamptz not null,
  created_at timestamptz not null,
  version integer not null default 1,
  unique (partner_id, country),
  check ((published is null) = (published_at is null) and (published is null) = (found_by is null))
);
alter table business_profiles enable row level security;
alter table business_profiles force row level security;
create policy business_profiles_of_partner on business_profiles to clientele_api
  using (partner_id = current_partner_id()) with check (partner_id = current_partner_id());
create policy business_profiles_finder on business_profiles for select to clientele_finder using (true);
grant select, insert, delete, update (draft, published, found_by, published_at, first_published_at, changed_by, changed_at, version)
  on business_profiles to clientele_api;
grant select (id, partner_id, country, published, published_at) on business_profiles to clientele_finder;

-- Logos, as we have made them out of what was uploaded. Named by what is in them, so that whoever keeps one never has an old one.
create table business_profile_logos (
  partner_id uuid not null references partners,
  hash text not null check (hash ~ '^[0-9a-f]{64}$'),
  media_type text not null check (media_type in ('image/png', 'image/jpeg')),
  width integer not null check (width between 1 and 300),
  height integer not null check (height between 1 and 300),
  bytes bytea not null,
  created_at timestamptz not null,
  primary key (partner_id, hash)
);
alter table business_profile_logos enable row level security;
alter table business_profile_logos force row level security;
create policy business_profile_logos_of_partner on business_profile_logos to clientele_api
  using (partner_id = current_partner_id()) with check (partner_id = current_partner_id());
create policy business_profile_logos_finder on business_profile_logos for select to clientele_finder using (true);
grant select, insert, delete on business_profile_logos to clientele_api;
grant select on business_profile_logos to clientele_finder;
--> statement-breakpoint

-- What is published, made to be searched; written by the triggers below and read by the functions, by nobody else. One profile is one row.
create table partner_listings (
  profile_id uuid primary key,
  partner_id uuid not null,
  cloud text not null,
  country text not null,
  name text collate "und-x-icu" not null,
  -- What was chosen from lists, each with the letter of its list: i:retail, p:azure, s:migration, z:10-49; and the country, c:JP.
  facets text[] not null,
  -- In lower case and composed, as what is searched for is.
  name_text text not null,
  search_text text not null,
  place_text text not null,
  logo text,
  published_at timestamptz not null
);
create index partner_listings_by_name on partner_listings (cloud, name, profile_id);
create index partner_listings_by_country on partner_listings (cloud, country, name, profile_id);
create index partner_listings_by_id on partner_listings (cloud, profile_id) include (published_at);
create index partner_listings_of_partner on partner_listings (partner_id);
create index partner_listings_of_logo on partner_listings (logo) where logo is not null;
create index partner_listings_by_facets on partner_listings using gin (facets, name_text gin_trgm_ops, search_text gin_trgm_ops, place_text gin_trgm_ops);
-- Words of one or two letters, as most are in Japanese; see 0008.
create index partner_listings_by_grams on partner_listings using gin (search_grams(name_text), search_grams(search_text), search_grams(place_text));
alter table partner_listings enable row level security;
alter table partner_listings force row level security;
create policy partner_listings_finder on partner_listings to clientele_finder using (true) with check (true);
grant select, insert, delete on partner_listings to clientele_finder;
--> statement-breakpoint

-- A text as it is searched: full-width letters and half-width kana are the usual ones.
create function searched_text(given text) returns text language sql immutable parallel safe
  return lower(normalize(given, NFKC) collate "und-x-icu");

grant create on schema public to clientele_finder;
--> statement-breakpoint
create function list_business_profile() returns trigger language plpgsql security definer set search_path = public as $$
begin
  if tg_op <> 'INSERT' then
    delete from partner_listings where profile_id = old.id;
  end if;
  if tg_op = 'DELETE' or new.published is null then return null; end if;
  insert into partner_listings
  select new.id, p.id, p.cloud, new.country, p.name,
    array(select 'c:' || new.country
      union select 'i:' || value from jsonb_array_elements_text(new.published->'industries')
      union select 'p:' || value from jsonb_array_elements_text(new.published->'products')
      union select 's:' || value from jsonb_array_elements_text(new.published->'services')
      union select 'z:' || value from jsonb_array_elements_text(new.published->'companySizes')),
    searched_text(p.name),
    searched_text(concat_ws(E'\n', p.name, (select string_agg(value, E'\n') from jsonb_array_elements_text(new.published->'tags')), new.found_by->>'words',
      new.published->>'description')),
    searched_text(coalesce(new.found_by->>'places', '')),
    new.published->'logo'->>'hash', new.published_at
  from partners p where p.id = new.partner_id;
  return null;
end $$;
create trigger business_profiles_list after insert or update of published, found_by on business_profiles for each row execute function list_business_profile();
create trigger business_profiles_unlist after delete on business_profiles for each row execute function list_business_profile();
--> statement-breakpoint

-- One published profile, whoever asks; nothing when it is not published, or of another cloud.
create function published_profile(of_profile uuid, of_cloud text)
  returns table (profile_id uuid, partner_id uuid, partner_name text, partner_type text, partner_country text, partner_since timestamptz, cloud text, country text,
    content jsonb, published_at timestamptz)
  language sql stable security definer set search_path = public as $$
  select b.id, p.id, p.name, p.type, p.country, p.created_at, p.cloud, b.country, b.published, b.published_at
  from business_profiles b join partners p on p.id = b.partner_id where b.id = of_profile and p.cloud = of_cloud and b.published is not null
$$;
-- A logo that somebody shows on a published profile of the cloud.
create function published_logo(of_hash text, of_cloud text) returns table (media_type text, bytes bytea)
  language sql stable security definer set search_path = public as $$
  select l.media_type, l.bytes from partner_listings s join business_profile_logos l on l.partner_id = s.partner_id and l.hash = s.logo
  where s.logo = of_hash and s.cloud = of_cloud limit 1
$$;
--> statement-breakpoint
-- The countries that somebody has a profile for, each found by one look into the index.
create function listed_countries(of_cloud text) returns table (country text) language sql stable security definer set search_path = public as $$
  with recursive seen as (
    (select l.country from partner_listings l where l.cloud = of_cloud order by l.country limit 1)
    union all select (select l.country from partner_listings l where l.cloud = of_cloud and l.country > seen.country order by l.country limit 1) from seen where seen.country is not null)
  select seen.country from seen where seen.country is not null
$$;
-- All of them, so many at a time, for search engines; and after which ids the parts of such a list begin.
create function listed_profiles(of_cloud text, after_id uuid, most integer) returns table (profile_id uuid, published_at timestamptz)
  language sql stable security definer set search_path = public as $$
  select l.profile_id, l.published_at from partner_listings l where l.cloud = of_cloud and (after_id is null or l.profile_id > after_id) order by l.profile_id limit most
$$;
create function listed_profile_marks(of_cloud text, every integer) returns table (profile_id uuid)
  language sql stable security definer set search_path = public as $$
  select n.profile_id from (select l.profile_id, row_number() over (order by l.profile_id) as place from partner_listings l where l.cloud = of_cloud) n where place % every = 0
$$;
--> statement-breakpoint

-- A page of what "find a partner" gives: profiles in the order of their partners' names, those first whose name has the words. As `find_customers` it bounds what a
-- page costs (ADR 0015): a walk of a few hundred along the order fills a page when what is asked for is common; what is rare an index finds, and it is sorted.
--   given   {"country": "JP", "facets": ["i:retail", ...], "words": [{"pattern": "%...%", "grams": [...]}, ...], "places": [the same]}; grams where trigrams are no help
--   found   how many there are, as far as it is known: with is_all all of them, otherwise at least so many
create function find_partners(of_cloud text, given jsonb, after_rank integer, after_name text, after_id uuid, most integer,
  -- How far a walk goes, and how many rows are sorted at most: other numbers give the same page.
  reach integer default 250, candidates integer default 1000)
returns table (profile_id uuid, rank integer, name text, country text, content jsonb, found integer, is_all boolean)
  language plpgsql stable rows 21 security definer set search_path = public as $$
declare
  here text := format('cloud = %L', of_cloud) || case when given ? 'country' then format(' and country = %L', given->>'country') else '' end;
  facets constant text[] := array(select jsonb_array_elements_text(given->'facets'));
  ranked constant boolean := coalesce(jsonb_array_length(given->'words'), 0) > 0;
  wanted text := 'true';
  indexed text := 'true';
  -- Without the words: a name that has them all is in the text, too.
  chosen text := 'true';
  named text := 'true';
  named_indexed text := 'true';
  term record;
  beyond text := '';
  beyond_all text := '';
  ids uuid[] := '{}';
  more uuid[];
  walked integer;
  hits integer;
  names integer;
  counted integer;
  counted_all boolean := false;
begin
  if cardinality(facets) > 0 then
    wanted := format('facets @> %L::text[]', facets);
    chosen := wanted;
    indexed := format('facets @> %L::text[]', facets || case when given ? 'country' then array['c:' || (given->>'country')] else '{}' end);
  end if;
  for term in select 'search_text' as field, value->>'pattern' as pattern, array(select jsonb_array_elements_text(value->'grams')) as grams from jsonb_array_elements(given->'words')
    union all select 'place_text', value->>'pattern', array(select jsonb_array_elements_text(value->'grams')) from jsonb_array_elements(given->'places')
  loop
    wanted := wanted || format(' and %I like %L', term.field, term.pattern);
    -- Without three letters in a row the trigram index would be read from end to end, so the operator is kept from the planner.
    indexed := indexed || case when cardinality(term.grams) > 0 then format(' and search_grams(%1$I) @> %2$L::text[] and %1$I || %3$L like %4$L', term.field, term.grams, '', term.pattern)
      else format(' and %I like %L', term.field, term.pattern) end;
    if term.field = 'place_text' then
      chosen := chosen || format(' and place_text like %L', term.pattern);
    else
      named := named || format(' and name_text like %L', term.pattern);
      named_indexed := named_indexed || case when cardinality(term.grams) > 0 then format(' and search_grams(name_text) @> %L::text[] and name_text || %L like %L', term.grams, '', term.pattern)
        else format(' and name_text like %L', term.pattern) end;
    end if;
  end loop;
  if after_id is not null then
    beyond := format(' and (name, profile_id) > (%L, %L::uuid)', after_name, after_id);
    beyond_all := format(' where (rank, name, profile_id) > (%s, %L, %L::uuid)', after_rank, after_name, after_id);
  end if;

  -- 1. A walk along the order. It sees all there is in a small installation, and fills a page of what is common.
  execute format('with walked as materialized (select * from partner_listings where %1$s%2$s order by name, profile_id limit %3$s),
      hits as materialized (select profile_id, name, case when %4$s then 0 else 1 end as rank from walked where %5$s)
    select (select count(*) from walked), (select count(*) from hits), (select count(*) from hits where rank = 0), array(select profile_id from hits%6$s order by rank, name, profile_id limit %7$s)',
    here, case when ranked then '' else beyond end, reach, named, wanted, case when ranked then beyond_all else '' end, most)
    into walked, hits, names, ids;
  counted := hits;
  counted_all := walked < reach and (ranked or after_id is null);
  -- Whose name has the words stand in that order, too: a page full of them is the first page.
  if walked >= reach and ((not ranked and hits < most) or (ranked and (after_id is not null or names < most))) then
    ids := '{}';
    hits := case when hits * 10 < reach then 0 else candidates + 1 end;
    -- 2. All that an index finds, if that is not too much.
    if hits = 0 then
      perform set_config('enable_seqscan', 'off', true), set_config('enable_indexscan', 'off', true), set_config('enable_indexonlyscan', 'off', true);
      execute format('with hits as materialized (select profile_id, name, case when %1$s then 0 else 1 end as rank from partner_listings where %2$s and %3$s limit %4$s)
        select (select count(*) from hits), array(select profile_id from hits%5$s order by rank, name, profile_id limit %6$s)', named, here, indexed, candidates + 1, beyond_all, most)
        into hits, ids;
      perform set_config('enable_seqscan', 'on', true), set_config('enable_indexscan', 'on', true), set_config('enable_indexonlyscan', 'on', true);
      counted := least(hits, candidates);
      counted_all := hits <= candidates;
    end if;
    -- 3. Otherwise there are many: those whose name has the words, and then the walk goes on until the page is full.
    if hits > candidates then
      ids := '{}';
      if ranked and coalesce(after_rank, 0) = 0 then
        perform set_config('enable_seqscan', 'off', true), set_config('enable_indexscan', 'off', true), set_config('enable_indexonlyscan', 'off', true);
        execute format('with hits as materialized (select profile_id, name from partner_listings where %s and %s and %s limit %s)
          select (select count(*) from hits), array(select profile_id from hits where true%s order by name, profile_id limit %s)', here, chosen, named_indexed, candidates + 1, beyond, most)
          into hits, ids;
        perform set_config('enable_seqscan', 'on', true), set_config('enable_indexscan', 'on', true), set_config('enable_indexonlyscan', 'on', true);
      end if;
      perform set_config('enable_seqscan', 'off', true), set_config('enable_bitmapscan', 'off', true);
      if ranked and coalesce(after_rank, 0) = 0 and hits > candidates then
        execute format('select array(select profile_id from partner_listings where %s and %s and %s%s order by name, profile_id limit %s)', here, chosen, named, beyond, most) into ids;
      end if;
      if cardinality(ids) < most then
        execute format('select array(select profile_id from partner_listings where %s and %s%s%s order by name, profile_id limit %s)', here, wanted,
            case when ranked then format(' and not (%s)', named) else '' end, case when not ranked or after_rank = 1 then beyond else '' end, most - cardinality(ids))
          into more;
        ids := ids || more;
      end if;
      perform set_config('enable_seqscan', 'on', true), set_config('enable_bitmapscan', 'on', true);
    end if;
  end if;

  return query execute format('select l.profile_id, case when %s then 0 else 1 end, l.name collate "default", l.country, b.published, $2, $3
    from unnest($1) with ordinality as page(id, place) join partner_listings l on l.profile_id = page.id join business_profiles b on b.id = page.id order by page.place', named)
    using ids, counted, counted_all;
end $$;
--> statement-breakpoint
do $$
declare signature text;
begin
  foreach signature in array array['list_business_profile()', 'published_profile(uuid, text)', 'published_logo(text, text)', 'listed_countries(text)',
    'listed_profiles(text, uuid, integer)', 'listed_profile_marks(text, integer)', 'find_partners(text, jsonb, integer, text, uuid, integer, integer, integer)'] loop
    execute 'alter function ' || signature || ' owner to clientele_finder';
    execute 'revoke all on function ' || signature || ' from public';
  end loop;
end $$;
grant execute on function published_profile(uuid, text), published_logo(text, text), listed_countries(text), listed_profiles(text, uuid, integer),
  listed_profile_marks(text, integer), find_partners(text, jsonb, integer, text, uuid, integer, integer, integer) to clientele_api;
-- A profile of another partner is elsewhere. What the function knows besides stays: other releases add to it, too.
do $$
declare definition text := pg_get_functiondef('belongs_elsewhere(text[])'::regprocedure);
begin
  execute replace(definition, 'or exists (select from customer_views t',
    E'or exists (select from business_profiles t where t.id = ids.id and t.partner_id <> current_partner_id())\n    or exists (select from customer_views t');
end $$;
revoke create on schema public from clientele_finder;
