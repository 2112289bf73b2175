-- Cluster-wide roles and the schema, made before any migration and by every `neurohub migrate` again.
-- owner: migrations; app: the service (never deletes history); report: reads only.
-- Nobody logs in as them by default: the service's login is a member and switches with `set role`.
do $$
declare
  role_name text;
  -- Since 16 whoever creates a role is a member of it that may not switch to it.
  needed text := case when current_setting('server_version_num')::integer >= 160000 then 'set' else 'member' end;
begin
  foreach role_name in array array['neurohub_owner', 'neurohub_app', 'neurohub_report'] loop
    begin
      if not exists (select 1 from pg_roles where rolname = role_name) then
        execute format('create role %I nologin', role_name);
      end if;
    exception when duplicate_object or unique_violation then
      null; -- another migrate was faster
    end;
    if not pg_has_role(current_user, role_name, needed) then
      execute format('grant %I to %I', role_name, current_user);
    end if;
  end loop;
  execute format('grant create on database %I to neurohub_owner', current_database());
  if not exists (select 1 from pg_namespace where nspname = 'neurohub') then
    execute 'create schema neurohub authorization neurohub_owner';
  end if;
end;
$$;
