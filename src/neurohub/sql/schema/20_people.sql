-- People and their sign-ins. Passwords, badges and tokens are only here as hashes.

create table person (
  username text primary key,
  name text not null,
  role text not null,
  locale text not null default 'ko',
  line text references line (code),
  password_hash text not null,
  badge_sha256 text,
  active boolean not null default true,
  created_at timestamptz not null default clock_timestamp(),
  constraint person_username_form check (username ~ '^[a-z0-9][a-z0-9_.-]{0,39}$'),
  constraint person_role_is_known check (role in ('viewer', 'worker', 'manager', 'admin')),
  constraint person_locale_is_known check (locale in ('ko', 'en')),
  constraint person_worker_has_a_line check (role <> 'worker' or line is not null)
);

-- A badge of somebody who left may be given to the next.
create unique index person_badge_is_held_once on person (badge_sha256) where active;

-- One row per refresh token ever handed out and not yet swept. `subject` is `user:NAME` or `station:CODE`.
create table refresh_token (
  token_hash bytea primary key,
  family uuid not null,
  subject text not null,
  issued_at timestamptz not null default clock_timestamp(),
  expires_at timestamptz not null,
  used_at timestamptz
);
create index refresh_token_by_family on refresh_token (family);

-- Families that were signed out or killed by reuse; access tokens of a family die with it.
create table revoked_family (
  family uuid primary key,
  revoked_at timestamptz not null default clock_timestamp(),
  reason text not null
);
create index revoked_family_by_time on revoked_family (revoked_at);

-- Failed sign-ins, counted here so that the delay holds on every worker and without Redis.
create table login_failure (
  account text not null,
  address text not null,
  failures integer not null,
  last_failed_at timestamptz not null default clock_timestamp(),
  constraint login_failure_is_counted_once primary key (account, address)
);
create index login_failure_by_address on login_failure (address);
