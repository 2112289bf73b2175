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
-- LOTs, newest first, after a cursor. Each index has its branch, of which one is run: a plan for filters that may be
-- absent walks all LOTs there are. What is asked stands apart so that no value is known to the planner: it would plan
-- anew every time, for 0.3 ms of 0.5.
with asked as materialized (
  select %(status)s::text as status, %(line)s::text as line, %(model)s::text as model,
         coalesce(%(after)s::bigint, 2147483647) as after, %(limit)s::bigint as size
)
select l.id, lot_json(l)
from (
  (select t.id from lot t
   where t.status = (select status from asked)
     and coalesce(t.line = (select line from asked), true) and coalesce(t.model = (select model from asked), true)
     and t.id < (select after from asked)
   order by t.id desc limit (select size from asked))
  union all
  (select t.id from lot t
   where (select status from asked) is null and t.line between (select line from asked) and (select line from asked)
     and coalesce(t.model = (select model from asked), true)
     and t.id < (select after from asked)
   order by t.line desc, t.id desc limit (select size from asked))
  union all
  (select t.id from lot t
   where (select num_nulls(status, line) from asked) = 2 and t.model = (select model from asked)
     and t.id < (select after from asked)
   order by t.id desc limit (select size from asked))
  union all
  (select t.id from lot t
   where (select num_nulls(status, line, model) from asked) = 3 and t.id < (select after from asked)
   order by t.id desc limit (select size from asked))
) p
cross join lateral (select * from lot t where t.id = p.id limit 1) l
order by p.id desc
limit (select size from asked)
