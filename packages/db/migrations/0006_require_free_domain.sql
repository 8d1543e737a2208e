-- Refuses, within the statement, what a read before would have to wait for. CL001 is ours alone.
create function require_free_domain(of_cloud text, of_domain text) returns void
  language plpgsql stable security definer set search_path = public as $$
begin
  if exists (select from organizations where cloud = of_cloud and domain = of_domain) then
    raise exception 'the domain is taken' using errcode = 'CL001';
  end if;
end $$;
--> statement-breakpoint
grant create on schema public to clientele_finder;
alter function require_free_domain(text, text) owner to clientele_finder;
revoke create on schema public from clientele_finder;
revoke all on function require_free_domain(text, text) from public;
grant execute on function require_free_domain(text, text) to clientele_api, clientele_worker;
