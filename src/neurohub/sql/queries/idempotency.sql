-- name: actor
-- Name who changes master data in this transaction, for the audit.
select set_config('neurohub.actor', %s::text, true)

-- name: claim
-- Claim a key; no row when it is taken (a concurrent claim is waited for).
insert into idempotency_key (credential, key, command_hash) values (%s, %s, %s)
on conflict on constraint idempotency_key_is_used_once do nothing
returning true

-- name: find
-- What a taken key was used for, and its answer.
select command_hash, body from idempotency_key where credential = %s and key = %s

-- name: keep
-- Keep the answer of a claimed key.
update idempotency_key set body = %s where credential = %s and key = %s
