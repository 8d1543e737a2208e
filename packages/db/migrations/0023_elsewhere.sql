-- What was refused is written down: an id of another partner, a link and a session that are over. See ADR 0036.

-- When the last attempt with a link that is over was written down.
alter table partner_user_invitations add column refused_at timestamptz;
grant update (refused_at) on partner_user_invitations to clientele_api;
--> statement-breakpoint

do $$
declare name text;
begin
  foreach name in array array['subscriptions', 'purchases', 'invitation_hand_overs', 'imports', 'planned_ends', 'customer_views'] loop
    execute format('grant select (id, partner_id) on %I to clientele_finder', name);
    if not exists (select from pg_policies where tablename = name and 'clientele_finder' = any(roles) and cmd in ('SELECT', 'ALL')) then
      execute format('create policy %I on %I for select to clientele_finder using (true)', name || '_finder', name);
    end if;
  end loop;
end $$;
--> statement-breakpoint

grant create on schema public to clientele_finder;
--> statement-breakpoint
-- Which of these ids are of a thing of another partner than the current one. Not whose, and not of what.
create function belongs_elsewhere(given text[]) returns setof text language sql stable security definer set search_path = public as $$
  with ids as materialized (
    select one, case when one ~ '^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$' then one::uuid end as id from unnest(given) one
  )
  select one from ids where current_partner_id() is not null and (
    exists (select from customers t where t.id = ids.id and t.partner_id <> current_partner_id())
    or exists (select from subscriptions t where t.id = ids.id and t.partner_id <> current_partner_id())
    or exists (select from purchases t where t.id = ids.id and t.partner_id <> current_partner_id())
    or exists (select from invitations t where t.id = ids.id and t.partner_id <> current_partner_id())
    or exists (select from invitation_hand_overs t where t.id = ids.id and t.partner_id <> current_partner_id())
    or exists (select from operations t where t.id = ids.id and t.partner_id <> current_partner_id())
    or exists (select from imports t where t.id = ids.id and t.partner_id <> current_partner_id())
    or exists (select from planned_ends t where t.id = ids.id and t.partner_id <> current_partner_id())
    or exists (select from customer_views t where t.id = ids.id and t.partner_id <> current_partner_id())
    or exists (select from api_keys t where t.id = ids.id and t.partner_id <> current_partner_id())
    or exists (select from partner_user_invitations t where t.id = ids.id and t.partner_id <> current_partner_id())
    or exists (select from partner_users t where t.user_id = one and t.partner_id <> current_partner_id())
    or exists (select from sessions s join partner_users t on t.user_id = s.user_id where s.id = one and t.partner_id <> current_partner_id())
  )
$$;
-- The partner user whose session has run out; no row for one that is still good, or unknown, or of nobody's user.
create function ended_session(session_token text)
  returns table (session_id text, user_id text, partner_id uuid, partner_name text, partner_type text, cloud text, country text)
  language sql stable security definer set search_path = public as $$
  select s.id, s.user_id, p.id, p.name, p.type, p.cloud, p.country
  from sessions s join partner_users pu on pu.user_id = s.user_id join partners p on p.id = pu.partner_id
  where s.token = session_token and s.expires_at <= now()
$$;
--> statement-breakpoint
do $$
declare signature text;
begin
  foreach signature in array array['belongs_elsewhere(text[])', 'ended_session(text)'] loop
    execute 'alter function ' || signature || ' owner to clientele_finder';
    execute 'revoke all on function ' || signature || ' from public';
    execute 'grant execute on function ' || signature || ' to clientele_api';
  end loop;
end $$;
revoke create on schema public from clientele_finder;
