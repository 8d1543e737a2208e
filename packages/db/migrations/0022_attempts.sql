-- Attempts at what must not be tried often, counted over every process. A crash of Postgres may empty the table: the counts begin anew, and writing
-- them costs no log. The key is an HMAC, so that no address and no mail address lies here; it is of no partner.
create unlogged table attempts (
  key text primary key,
  count integer not null,
  -- When the window ends; as of the database's clock, whatever the processes' own clocks say.
  until timestamptz not null
) with (fillfactor = 70);
create index attempts_until on attempts (until);
grant select, insert, update, delete on attempts to clientele_finder;
--> statement-breakpoint

grant create on schema public to clientele_finder;
--> statement-breakpoint
-- Counts one attempt, and says how many there are in its window, and when that ends. One statement on one row: of any number at once each gets a number of
-- its own. The time is for tests; without one it is the database's.
create function count_attempt(of_key text, window_seconds integer, at_time timestamptz) returns table (attempt_count integer, window_end timestamptz)
  language sql volatile security definer set search_path = public as $$
  insert into attempts as a (key, count, until) values (of_key, 1, coalesce(at_time, now()) + make_interval(secs => window_seconds))
  on conflict (key) do update set
    count = case when a.until <= coalesce(at_time, now()) then 1 else least(a.count, 1000000) + 1 end,
    until = case when a.until <= coalesce(at_time, now()) then excluded.until else a.until end
  returning a.count, a.until
$$;
-- The windows that are open, of these keys.
create function attempt_counts(of_keys text[]) returns table (attempt_key text, attempt_count integer, window_end timestamptz)
  language sql stable security definer set search_path = public as $$
  select a.key, a.count, a.until from attempts a where a.key = any(of_keys) and a.until > now()
$$;
-- One that was none: what was tried was right.
create function take_back_attempt(of_key text) returns void language sql volatile security definer set search_path = public as $$
  update attempts set count = count - 1 where key = of_key and count > 0
$$;
create function forget_attempts(of_key text) returns void language sql volatile security definer set search_path = public as $$
  delete from attempts where key = of_key
$$;
-- Removes the windows that were over by then.
create function forget_old_attempts(before timestamptz) returns bigint language plpgsql volatile security definer set search_path = public as $$
declare removed bigint;
begin
  delete from attempts where until <= before;
  get diagnostics removed = row_count;
  return removed;
end $$;
-- Whom a record is about when somebody is locked out; no row for who is no partner's user.
create function partner_user_of_email(of_email text) returns table (user_id text, partner_id uuid)
  language sql stable security definer set search_path = public as $$
  select pu.user_id, pu.partner_id from users u join partner_users pu on pu.user_id = u.id where u.email = lower(of_email)
$$;
--> statement-breakpoint
do $$
declare signature text;
begin
  foreach signature in array array['count_attempt(text, integer, timestamptz)', 'attempt_counts(text[])', 'take_back_attempt(text)', 'forget_attempts(text)',
    'forget_old_attempts(timestamptz)', 'partner_user_of_email(text)'] loop
    execute 'alter function ' || signature || ' owner to clientele_finder';
    execute 'revoke all on function ' || signature || ' from public';
  end loop;
end $$;
revoke create on schema public from clientele_finder;
grant execute on function count_attempt(text, integer, timestamptz), attempt_counts(text[]), take_back_attempt(text), forget_attempts(text),
  partner_user_of_email(text) to clientele_api;
grant execute on function forget_old_attempts(timestamptz) to clientele_worker;
