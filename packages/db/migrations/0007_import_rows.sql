-- The next created customers to ask, and the pages and totals of each outcome.
create index operation_rows_by_outcome on operation_rows (operation_id, outcome, position);
--> statement-breakpoint
-- Who cancels an import, or starts its file anew, forgets which row had a domain first.
grant select, delete on import_domains to clientele_api;
