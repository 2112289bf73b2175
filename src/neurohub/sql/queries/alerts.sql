-- name: page
-- Alerts, raised last first, after a cursor: the microsecond they were raised in, and the end of their id.
select (extract(epoch from a.raised_at) * 1000000)::bigint * 1000 + a.id %% 1000, alert_json(a)
from alert a
where (%(kind)s::text is null or a.kind = %(kind)s)
  and (%(line)s::text is null or coalesce(a.line = %(line)s, true))
  and (not %(unread)s::boolean or a.read_at is null)
  and (%(after)s::bigint is null
    or (a.raised_at, a.id %% 1000) < (
      timestamptz 'epoch' + (%(after)s::bigint / 1000) * interval '1 microsecond', %(after)s::bigint %% 1000))
order by a.raised_at desc, a.id %% 1000 desc
limit %(limit)s

-- name: read
-- Note who has read an alert first; reading it again changes nothing.
update alert a
set read_at = coalesce(a.read_at, clock_timestamp()),
    read_by = coalesce(a.read_by, %(by)s)
where a.id = %(id)s
returning alert_json(a)
