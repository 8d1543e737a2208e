-- The customer's own page: signing in by a link in a mail, and the few questions of a customer's person that cross the walls.

-- Where mail reaches a person whose sign-in name is no mailbox (admin@<domain>): the contact as it was when the account was made. No partner
-- edits it: whoever could would sign in as the customer. Empty: the address of the sign-in is the mailbox.
alter table customer_users add column mailbox text;
-- Forced row-level security hides the rows from their owner, too.
alter table customer_users no force row level security;
alter table customers no force row level security;
alter table operations no force row level security;
update customer_users set mailbox = made.mailbox
from (
  select c.organization_id, o.sign_in_name, o.input->'contact'->>'email' as mailbox from operations o join customers c on c.id = o.customer_id
  where o.kind = 'customer-onboarding' and o.sign_in_name is not null
) made
where customer_users.organization_id = made.organization_id and customer_users.email = made.sign_in_name;
alter table customer_users force row level security;
alter table customers force row level security;
alter table operations force row level security;
create index customer_users_by_email on customer_users (lower(email));
create index customer_users_by_mailbox on customer_users (lower(mailbox)) where mailbox is not null;
--> statement-breakpoint

-- Somebody has asked for a link to sign in with. It belongs to no partner, and none sees it. The token in the link is computed from the id.
create table sign_in_requests (
  id uuid primary key,
  -- As it was typed, in lower case. Kept for one that nobody has, too: asking for it is the same work.
  address text not null,
  language text not null,
  -- Where the mail goes: what is recorded for the person, never what was typed. Empty until a worker has looked, and for nobody's address.
  mailbox text,
  state text not null check (state in ('queued', 'sending', 'sent', 'deferred', 'bounced', 'failed', 'unknown', 'held')),
  attempts integer not null default 0,
  next_attempt_at timestamptz not null,
  lease_until timestamptz,
  server_answer text,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  used_at timestamptz
);
create index sign_in_requests_undone on sign_in_requests (next_attempt_at) where state in ('queued', 'sending', 'deferred');
create index sign_in_requests_by_mailbox on sign_in_requests (mailbox, created_at) where mailbox is not null;
create index sign_in_requests_by_created on sign_in_requests (created_at);
-- The API writes down what was asked, and sees neither address nor mailbox again.
grant insert on sign_in_requests to clientele_api;
grant select (id, language, expires_at, used_at) on sign_in_requests to clientele_api;
grant select, delete on sign_in_requests to clientele_worker;
grant update (mailbox, state, attempts, next_attempt_at, lease_until, server_answer) on sign_in_requests to clientele_worker;
grant select, update (used_at) on sign_in_requests to clientele_finder;
grant insert on users to clientele_finder;
grant update (user_id) on customer_users to clientele_finder;
-- What a receipt is about, for who checks its code.
grant select (id, partner_id, customer_id) on events to clientele_finder;
create policy events_finder on events for select to clientele_finder using (true);
create policy customer_users_finder_adopt on customer_users for update to clientele_finder using (user_id is null) with check (true);
--> statement-breakpoint

grant create on schema public to clientele_finder;
--> statement-breakpoint
-- Whom a mailbox lets in: persons of customers whose mailbox it is, under their own sign-in. Not a partner's user; and not an account with another
-- address: that one is of another mailbox, and may open more than this one should.
create function people_of_mailbox(of_mailbox text)
  returns table (customer_user_id uuid, user_id text, sign_in_name text, first_name text, last_name text, domain text)
  language sql stable security definer set search_path = public as $$
  select cu.id, cu.user_id, cu.email, cu.first_name, cu.last_name, o.domain
  from customer_users cu join organizations o on o.id = cu.organization_id left join users u on u.id = cu.user_id
  where (lower(cu.mailbox) = lower(of_mailbox) or (cu.mailbox is null and lower(cu.email) = lower(of_mailbox)))
    and (cu.user_id is null or lower(u.email) = lower(cu.email))
    and not exists (select from partner_users pu where pu.user_id = cu.user_id)
  order by o.domain, cu.email limit 20
$$;
-- The mailbox of an address that was typed: a mailbox, or a sign-in name. Null for nobody's.
create function sign_in_mailbox(of_address text) returns text language sql stable security definer set search_path = public as $$
  select coalesce(cu.mailbox, cu.email) from customer_users cu
  where (lower(cu.email) = lower(of_address) or lower(cu.mailbox) = lower(of_address))
    and exists (select from people_of_mailbox(coalesce(cu.mailbox, cu.email)))
  order by lower(coalesce(cu.mailbox, cu.email)) <> lower(of_address), cu.created_at limit 1
$$;
-- The same for a link that is still good.
create function people_of_sign_in(of_request uuid, at_time timestamptz)
  returns table (customer_user_id uuid, user_id text, sign_in_name text, first_name text, last_name text, domain text)
  language sql stable security definer set search_path = public as $$
  select p.* from sign_in_requests r, people_of_mailbox(r.mailbox) p
  where r.id = of_request and r.used_at is null and r.expires_at > at_time and r.mailbox is not null
$$;
-- Uses a link up, for one of its people; the user that it signs in, or null. Who has never signed in becomes a user now. Of several at once one gets in.
create function use_sign_in(of_request uuid, of_person uuid, at_time timestamptz, new_user text) returns text
  language plpgsql volatile security definer set search_path = public as $$
declare
  person record;
  spoken text;
begin
  select p.* into person from people_of_sign_in(of_request, at_time) p where p.customer_user_id = of_person;
  if not found then return null; end if;
  update sign_in_requests set used_at = at_time where id = of_request and used_at is null returning language into spoken;
  if not found then return null; end if;
  if person.user_id is not null then return person.user_id; end if;
  insert into users (id, name, email, language) values (new_user, person.first_name || ' ' || person.last_name, lower(person.sign_in_name), spoken)
    on conflict do nothing;
  -- Somebody else has this address as a sign-in: not to be taken over.
  if not found then return null; end if;
  update customer_users set user_id = new_user where id = of_person and user_id is null;
  if not found then raise exception 'the person has signed in meanwhile' using errcode = '40001'; end if;
  return new_user;
end $$;
-- The partners that a person's organisations have, or had: where to look, and no more. All else is read within that partner's wall.
create function partners_of_person(of_user text) returns table (partner_id uuid, customer_id uuid, organization_id uuid, role text)
  language sql stable security definer set search_path = public as $$
  select c.partner_id, c.id, c.organization_id, cu.role from customer_users cu join customers c on c.organization_id = cu.organization_id
  where cu.user_id = of_user and c.relationship_since is not null and c.relationship <> 'none' and c.onboarding_operation_id is null
  order by c.relationship_since, c.id limit 200
$$;
-- Where the record of a receipt stands. Asked only for a receipt whose check code is right.
create function receipt_place(of_event uuid) returns table (partner_id uuid, customer_id uuid) language sql stable security definer set search_path = public as $$
  select e.partner_id, e.customer_id from events e where e.id = of_event and e.customer_id is not null
$$;
--> statement-breakpoint
do $$
declare signature text;
begin
  foreach signature in array array['receipt_place(uuid)', 'people_of_mailbox(text)', 'sign_in_mailbox(text)', 'people_of_sign_in(uuid, timestamptz)', 'use_sign_in(uuid, uuid, timestamptz, text)', 'partners_of_person(text)'] loop
    execute 'alter function ' || signature || ' owner to clientele_finder';
    execute 'revoke all on function ' || signature || ' from public';
  end loop;
end $$;
revoke create on schema public from clientele_finder;
-- Who asks learns nothing; who sends the mail learns the mailbox, and nobody's account.
grant execute on function sign_in_mailbox(text) to clientele_worker;
grant execute on function people_of_sign_in(uuid, timestamptz), use_sign_in(uuid, uuid, timestamptz, text), partners_of_person(text), receipt_place(uuid) to clientele_api;
