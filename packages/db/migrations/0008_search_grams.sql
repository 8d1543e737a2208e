-- Letters of ASCII, alone and in pairs, are found by the index, too: for words of one or two of them trigrams are no help, and a pair that is
-- nowhere was looked for in every customer.
drop index customers_by_grams;
create or replace function search_grams(t text) returns text[] language plpgsql immutable parallel safe as $$
declare
  grams text[] := string_to_array(t, null);
begin
  for i in 1 .. cardinality(grams) - 1 loop
    grams := grams || (grams[i] || grams[i + 1]);
  end loop;
  return grams;
end $$;
create index customers_by_grams on customers using gin (partner_id, search_grams(search_text));
