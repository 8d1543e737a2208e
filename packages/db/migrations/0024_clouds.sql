-- Each cloud can have a sign-in host of its own. What is asked for at one lets nobody in at the other.
alter table sign_in_requests add column cloud text not null default 'public' check (cloud in ('public', 'us-government'));
grant select (cloud) on sign_in_requests to clientele_worker;
--> statement-breakpoint

grant create on schema public to clientele_finder;
--> statement-breakpoint
-- As before, of one cloud's organisations.
create function people_of_mailbox(of_mailbox text, of_cloud text)
  returns table (customer_user_id uuid, user_id text, sign_in_name text, first_name text, last_name text, domain text)
  language sql stable security definer set search_path = public as $$
  select cu.id, cu.user_id, cu.email, cu.first_name, cu.last_name, o.domain
  from customer_users cu join organizations o on o.id = cu.organization_id left join users u on u.id = cu.user_id
  where o.cloud = of_cloud and (lower(cu.mailbox) = lower(of_mailbox) or (cu.mailbox is null and lower(cu.email) = lower(of_mailbox)))
    and (cu.user_id is null or lower(u.email) = lower(cu.email))
    and not exists (select from partner_users pu where pu.user_id = cu.user_id)
  order by o.domain, cu.email limit 20
$$;
create function sign_in_mailbox(of_address text, of_cloud text) returns text language sql stable security definer set search_path = public as $$
  select coalesce(cu.mailbox, cu.email) from customer_users cu
  where (lower(cu.email) = lower(of_address) or lower(cu.mailbox) = lower(of_address))
    and exists (select from people_of_mailbox(coalesce(cu.mailbox, cu.email), of_cloud))
  order by lower(coalesce(cu.mailbox, cu.email)) <> lower(of_address), cu.created_at limit 1
$$;
create or replace function people_of_sign_in(of_request uuid, at_time timestamptz)
  returns table (customer_user_id uuid, user_id text, sign_in_name text, first_name text, last_name text, domain text)
  language sql stable security definer set search_path = public as $$
  select p.* from sign_in_requests r, people_of_mailbox(r.mailbox, r.cloud) p
  where r.id = of_request and r.used_at is null and r.expires_at > at_time and r.mailbox is not null
$$;
drop function sign_in_mailbox(text);
drop function people_of_mailbox(text);
-- The clouds in which a person has anything: of its partner, and of the organisations whose customer's person it is. Asked when somebody signs in.
create function clouds_of_user(of_user text) returns text[] language sql stable security definer set search_path = public
  return array (
    select p.cloud from partner_users pu join partners p on p.id = pu.partner_id where pu.user_id = of_user
    union select o.cloud from customer_users cu join organizations o on o.id = cu.organization_id where cu.user_id = of_user);
-- Whose partner user somebody is: for the record of a sign-in at the wrong host.
create function partner_of_user(of_user text) returns uuid language sql stable security definer set search_path = public
  return (select partner_id from partner_users where user_id = of_user);
--> statement-breakpoint
do $$
declare signature text;
begin
  foreach signature in array array['people_of_mailbox(text, text)', 'sign_in_mailbox(text, text)', 'clouds_of_user(text)', 'partner_of_user(text)'] loop
    execute 'alter function ' || signature || ' owner to clientele_finder';
    execute 'revoke all on function ' || signature || ' from public';
  end loop;
end $$;
revoke create on schema public from clientele_finder;
grant execute on function sign_in_mailbox(text, text) to clientele_worker;
grant execute on function clouds_of_user(text), partner_of_user(text) to clientele_api;
