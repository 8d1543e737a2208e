-- As before, with what stands between the session and the portal. The partner's settings are only looked at for who has no second factor; whoever a
-- provider has signed in was asked for one there.
grant create on schema public to clientele_finder;
drop function session_actor(text);
create function session_actor(session_token text)
  returns table (user_id text, name text, email text, language text, roles text[], partner_id uuid, partner_name text, partner_type text, cloud text, country text,
    session_id text, seen_at timestamptz, since timestamptz, confirmed_at timestamptz, second_factor_at timestamptz, has_second_factor boolean,
    second_factor_from timestamptz, grace_days text, sign_in_provider_id uuid)
  language sql stable security definer set search_path = public as $$
  select u.id, u.name, u.email, u.language, pu.roles, p.id, p.name, p.type, p.cloud, p.country, s.id, s.updated_at, s.created_at, s.confirmed_at,
    s.second_factor_at, u.second_factor_since is not null, pu.second_factor_from,
    case when u.second_factor_since is null
      then (select ps.settings->>'secondFactorGraceDays' from partner_settings ps where ps.partner_id = pu.partner_id) end,
    s.sign_in_provider_id
  from sessions s join users u on u.id = s.user_id left join partner_users pu on pu.user_id = u.id left join partners p on p.id = pu.partner_id
  where s.token = session_token and s.expires_at > now() and pu.deactivated_at is null
$$;
alter function session_actor(text) owner to clientele_finder;
revoke all on function session_actor(text) from public;
revoke create on schema public from clientele_finder;
grant execute on function session_actor(text) to clientele_api;
