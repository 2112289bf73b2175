-- name: accounts
-- Everybody who may sign in, as each worker's copy holds them: a few hundred rows, ~1 ms.
select
  'user:' || username, role, username, null::text, line, '{}'::smallint[], name, locale
from person
where active
union all
select
  'station:' || code, 'station', null, code, line, processes, name, 'ko'
from station
where active

-- name: revoked
-- Sign-ins that ended while an access token of theirs may still be young (10 min and some).
select family
from revoked_family
where revoked_at > clock_timestamp() - interval '15 minutes'

-- name: gate
-- How long this account must wait at this address, how long the address itself, and whether the account is
-- under attack from elsewhere. Delay: 1, 2, 4 .. 30 s from the 5th failure. Address: over 50 failures in
-- 5 min, one try a second, so that a neighbour behind the same NAT can slow a shift down but not lock it out.
select
  coalesce((
    select ceil(extract(epoch from
      last_failed_at + make_interval(secs => least(power(2, least(failures, 20) - 5), 30)) - clock_timestamp()))
    from login_failure
    where account = %(account)s
      and address = %(address)s
      and failures >= 5), 0)::integer,
  coalesce((
    select ceil(extract(epoch from max(last_failed_at) + interval '1 second' - clock_timestamp()))
    from login_failure
    where address = %(address)s
      and last_failed_at > clock_timestamp() - interval '5 minutes'
    having sum(failures) >= 50), 0)::integer,
  coalesce((
    select sum(failures)
    from login_failure
    where account = %(account)s
      and address <> %(address)s
      and last_failed_at > clock_timestamp() - interval '15 minutes'), 0) >= 20

-- name: count_failure
-- One more failure; after a quiet quarter of an hour the count starts again.
insert into login_failure as f (account, address, failures)
values (%(account)s, %(address)s, 1)
on conflict (account, address) do update set
  failures = case when f.last_failed_at < clock_timestamp() - interval '15 minutes' then 1 else f.failures + 1 end,
  last_failed_at = clock_timestamp()

-- name: clear_failures
-- A success forgets what failed before it.
delete from login_failure
where account = %(account)s
  and address = %(address)s

-- name: person_to_verify
-- A person as an account, with the hash to verify.
select
  'user:' || username, role, username, null::text, line, '{}'::smallint[], name, locale, password_hash
from person
where username = %(key)s
  and active

-- name: station_to_verify
-- A station as an account, with the hash to verify.
select
  'station:' || code, 'station', null, code, line, processes, name, 'ko', secret_hash
from station
where code = %(key)s
  and active

-- name: rehash_person
-- Bring a hash to today's parameters, unless the password was changed meanwhile.
update person
set password_hash = %(new)s
where username = %(key)s
  and password_hash = %(old)s

-- name: rehash_station
-- The same for a station's secret.
update station
set secret_hash = %(new)s
where code = %(key)s
  and secret_hash = %(old)s

-- name: keep_refresh
-- Remember a refresh token that was handed out.
insert into refresh_token (token_hash, family, subject, expires_at)
values (%(token_hash)s, %(family)s, %(subject)s, clock_timestamp() + make_interval(secs => %(lives_s)s))
on conflict (token_hash) do nothing

-- name: lock_refresh
-- The refresh token that is being used, locked so that of two users one is first.
select
  r.family,
  r.subject,
  r.expires_at <= clock_timestamp(),
  extract(epoch from clock_timestamp() - r.used_at)::double precision
from refresh_token r
where r.token_hash = %(token_hash)s
for update

-- name: subject
-- Who the token belongs to, if they may still sign in and the family lives.
select
  a.credential, a.role, a.username, a.station, a.line, a.processes, a.name, a.locale
from (
  select 'user:' || username, role, username, null::text, line, '{}'::smallint[], name, locale
  from person
  where active
    and 'user:' || username = %(subject)s
  union all
  select 'station:' || code, 'station', null, code, line, processes, name, 'ko'
  from station
  where active
    and 'station:' || code = %(subject)s
) as a (credential, role, username, station, line, processes, name, locale)
where not exists (
  select from revoked_family f
  where f.family = %(family)s)

-- name: use_refresh
-- Mark a refresh token as used for the first time.
update refresh_token
set used_at = clock_timestamp()
where token_hash = %(token_hash)s

-- name: revoke_family
-- End one sign-in: its access tokens and its refresh tokens.
insert into revoked_family (family, reason)
values (%(family)s, %(reason)s)
on conflict (family) do nothing

-- name: revoke_subject
-- End every sign-in of a person or a station.
insert into revoked_family (family, reason)
select distinct family, %(reason)s::text
from refresh_token
where subject = %(subject)s
  and expires_at > clock_timestamp()
on conflict (family) do nothing

-- name: sweep_refresh
-- Forget refresh tokens a day after they ended.
delete from refresh_token
where expires_at < clock_timestamp() - interval '1 day'

-- name: sweep_revoked
-- Forget ended sign-ins once no token of theirs is left.
delete from revoked_family f
where f.revoked_at < clock_timestamp() - interval '2 days'
  and not exists (
    select from refresh_token r
    where r.family = f.family)

-- name: sweep_failures
-- Forget failures that count no more.
delete from login_failure
where last_failed_at < clock_timestamp() - interval '1 day'
