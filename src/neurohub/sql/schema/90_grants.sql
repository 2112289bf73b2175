-- Who may do what. The app never deletes or rewrites the history, its keys or the audit.

grant usage on schema neurohub to neurohub_app, neurohub_report;
grant select, insert, update on all tables in schema neurohub to neurohub_app;
grant usage on all sequences in schema neurohub to neurohub_app;
revoke update on history, history_rest, event_key from neurohub_app;
revoke insert, update on audit from neurohub_app;
grant delete on refresh_token, revoked_family, login_failure, route to neurohub_app;
grant select on all tables in schema neurohub to neurohub_report;
revoke select on person, station, refresh_token from neurohub_report;
grant select (username, name, role, locale, line, active) on person to neurohub_report;
grant select (code, name, line, processes, active) on station to neurohub_report;
