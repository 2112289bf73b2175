-- name: open
-- Open a LOT; returns its number.
select open_lot_v1(%s::text, %s::text, %s::integer, %s::text, %s::boolean, %s::text)

-- name: generate
-- Generate the next units of a LOT; returns their sequences.
select generate_units_v1(%s::text, %s::integer, %s::boolean, %s::text, %s::text)

-- name: close
-- Close a LOT.
select close_lot_v1(%s::text, %s::text, %s::text)

-- name: revision
-- What a cached LOT is checked by: any change of the LOT or of one of its units changes it.
select l.line,
       concat_ws('-', l.id, l.xmin::text, extract(epoch from l.created_at), count(u.sequence), sum(u.revision),
                 extract(epoch from max(u.updated_at)))
from lot l left join unit u on u.lot_id = l.id
where l.lot_number = %s
group by l.id

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
