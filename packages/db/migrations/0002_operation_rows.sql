-- Long work: rows of an operation, progress, pause, deadline.
alter table operations
  add column progress jsonb,
  add column deadline_at timestamptz,
  add column paused_at timestamptz,
  -- What a paused operation waits for when it was not a person who paused it.
  add column waiting text check (waiting in ('approval'));
alter table operations drop constraint operations_state_check;
alter table operations add constraint operations_state_check
  check (state in ('queued', 'running', 'paused', 'succeeded', 'failed', 'cancelled'));
-- What is under way gets an hour from now. Forced row-level security hides the rows from their owner, too.
alter table operations no force row level security;
update operations set deadline_at = now() + interval '1 hour' where state in ('queued', 'running');
alter table operations force row level security;
create index operations_by_kind on operations (partner_id, kind, id desc);
--> statement-breakpoint

-- No foreign keys: a bulk run inserts 100,000 at once, operations are never deleted, and a row outlives its customer.
create table operation_rows (
  partner_id uuid not null,
  operation_id uuid not null,
  position integer not null,
  customer_id uuid,
  label text not null,
  input jsonb,
  state text not null check (state in ('pending', 'done', 'failed', 'skipped')),
  outcome text,
  failures jsonb,
  primary key (operation_id, position)
);
-- The next pending ones, and the pages of each state.
create index operation_rows_by_state on operation_rows (operation_id, state, position);
alter table operation_rows enable row level security;
alter table operation_rows force row level security;
create policy operation_rows_of_partner on operation_rows to clientele_api, clientele_worker
  using (partner_id = current_partner_id()) with check (partner_id = current_partner_id());
grant select, insert, update on operation_rows to clientele_api, clientele_worker;
--> statement-breakpoint

-- The sweeper needs the kind, which says in which queue the job belongs; and those whose time is over.
drop function undone_operations(timestamptz, integer);
grant create on schema public to clientele_finder;
create function undone_operations(before timestamptz, most integer) returns table (id uuid, partner_id uuid, kind text)
  language sql stable security definer set search_path = public as $$
  select id, partner_id, kind from operations
  where state in ('queued', 'running') and (lease_until <= before or (lease_until is null and created_at <= before))
  order by created_at limit most
$$;
create function overdue_operations(at_time timestamptz, most integer) returns table (id uuid, partner_id uuid)
  language sql stable security definer set search_path = public as $$
  select id, partner_id from operations where state in ('queued', 'running') and deadline_at <= at_time order by deadline_at limit most
$$;
do $$
declare signature text;
begin
  foreach signature in array array['undone_operations(timestamptz, integer)', 'overdue_operations(timestamptz, integer)'] loop
    execute 'alter function ' || signature || ' owner to clientele_finder';
    execute 'revoke all on function ' || signature || ' from public';
  end loop;
end $$;
revoke create on schema public from clientele_finder;
grant execute on function undone_operations(timestamptz, integer), overdue_operations(timestamptz, integer) to clientele_worker;
