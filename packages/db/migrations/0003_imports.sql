-- Customers that a partner has here before any relationship: imported from other portals, not asked yet.
alter table customers drop constraint customers_relationship_check;
alter table customers add constraint customers_relationship_check check (relationship in ('none', 'requested', 'active', 'ending', 'ended'));
--> statement-breakpoint

-- To have a row about a customer proves nothing: anybody can import a domain. An organisation and its users are seen by the partners that it
-- has a live relationship with, and by the one that is just making its account.
alter policy organizations_served on organizations
  using (exists (select from customers c where c.organization_id = organizations.id and c.partner_id = current_partner_id()
    and (c.relationship in ('active', 'ending') or c.onboarding_operation_id is not null)));
-- A new user is written before the relationship is live (with the acceptance), so only the partner's own row is asked for.
drop policy customer_users_served on customer_users;
create policy customer_users_served on customer_users to clientele_api, clientele_worker
  using (exists (select from customers c where c.organization_id = customer_users.organization_id and c.partner_id = current_partner_id()
    and (c.relationship in ('active', 'ending') or c.onboarding_operation_id is not null)))
  with check (exists (select from customers c where c.organization_id = customer_users.organization_id and c.partner_id = current_partner_id()));
--> statement-breakpoint

-- Whether somebody of an organisation has a sign-in here: then one of its global admins must answer, and nobody else.
grant create on schema public to clientele_finder;
create function organization_has_users(of_organization uuid) returns boolean language sql stable security definer set search_path = public
  return exists (select from customer_users where organization_id = of_organization);
do $$
declare signature text;
begin
  foreach signature in array array['organization_has_users(uuid)'] loop
    execute 'alter function ' || signature || ' owner to clientele_finder';
    execute 'revoke all on function ' || signature || ' from public';
  end loop;
end $$;
revoke create on schema public from clientele_finder;
grant execute on function organization_has_users(uuid) to clientele_api;
