-- What delivery reports say of a mail after its 250: it came back, or it is still on its way.
alter table deliveries add column returned_at timestamptz, add column delayed_at timestamptz;
-- The newest test mail of a person, for the page that follows it.
create index deliveries_of_tests on deliveries (partner_id, queued_at desc) where kind = 'test_mail';
--> statement-breakpoint
grant create on schema public to clientele_finder;
-- The partner that a return address belongs to.
create function delivery_partner(delivery uuid) returns uuid language sql stable security definer set search_path = public
  return (select partner_id from deliveries where id = delivery);
alter function delivery_partner(uuid) owner to clientele_finder;
revoke all on function delivery_partner(uuid) from public;
revoke create on schema public from clientele_finder;
grant execute on function delivery_partner(uuid) to clientele_api, clientele_worker;
