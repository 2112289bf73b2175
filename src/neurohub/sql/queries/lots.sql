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
-- LOTs, newest first, after a cursor.
select l.id, lot_json(l)
from lot l
where (%(status)s::text is null or l.status = %(status)s)
  and (%(line)s::text is null or l.line = %(line)s)
  and (%(model)s::text is null or l.model = %(model)s)
  and (%(after)s::bigint is null or l.id < %(after)s)
order by l.id desc
limit %(limit)s
