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
do $$
declare signature text;
begin
  foreach signature in array array['list_business_profile()', 'published_profile(uuid, text)', 'published_logo(text, text)'] loop
    execute 'alter function ' || signature || ' owner to clientele_finder';
    execute 'revoke all on function ' || signature || ' from public';
  end loop;
end $$;
grant execute on function published_profile(uuid, text), published_logo(text, text) to clientele_api;
revoke create on schema public from clientele_finder;
