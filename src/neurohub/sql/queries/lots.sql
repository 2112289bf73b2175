-- name: open
-- Open a LOT; returns its number.
select open_lot_v1(%s::text, %s::text, %s::integer, %s::text, %s::boolean, %s::text)

-- name: generate
-- Generate the next units of a LOT; returns their sequences.
select generate_units_v1(%s::text, %s::integer, %s::boolean, %s::text, %s::text)

-- name: close
-- Close a LOT.
select close_lot_v1(%s::text, %s::text, %s::text)

-- name: look_up
-- What cached LOTs are checked by, many at once: any change of a LOT or of one of its units changes it.
select p.n::integer, l.line,
       concat_ws('-', l.id, l.xmin::text, extract(epoch from l.created_at), u.units, u.revisions,
                 extract(epoch from u.updated_at))
from unnest(%s::text[]) with ordinality p (lot_number, n)
cross join lateral (select t.*, t.xmin from lot t where t.lot_number = p.lot_number limit 1) l
cross join lateral (
  select count(t.sequence) as units, sum(t.revision) as revisions, max(t.updated_at) as updated_at
  from unit t where t.lot_id = l.id) u

-- name: one
-- A LOT with its counts by process.
select lot_json(l) from lot l where l.lot_number = %s

-- name: page
-- LOTs, newest first, after a cursor. One plan has to serve every filter, and where a filter may be absent the plan
-- walks all LOTs there are (0.18 ms of 1,300, and growing). So each index has its branch, of which one is run.
select l.id, lot_json(l)
from (
  (select t.id from lot t
   where %(status)s::text is not null and t.status = %(status)s
     and (%(line)s::text is null or t.line = %(line)s) and (%(model)s::text is null or t.model = %(model)s)
     and t.id < coalesce(%(after)s::bigint, 2147483647)
   order by t.id desc limit %(limit)s)
  union all
  (select t.id from lot t
   where %(status)s::text is null and %(line)s::text is not null and t.line = %(line)s
     and (%(model)s::text is null or t.model = %(model)s)
     and t.id < coalesce(%(after)s::bigint, 2147483647)
   order by t.id desc limit %(limit)s)
  union all
  (select t.id from lot t
   where %(status)s::text is null and %(line)s::text is null and %(model)s::text is not null and t.model = %(model)s
     and t.id < coalesce(%(after)s::bigint, 2147483647)
   order by t.id desc limit %(limit)s)
  union all
  (select t.id from lot t
   where %(status)s::text is null and %(line)s::text is null and %(model)s::text is null
     and t.id < coalesce(%(after)s::bigint, 2147483647)
   order by t.id desc limit %(limit)s)
) p
cross join lateral (select * from lot t where t.id = p.id limit 1) l
order by p.id desc
