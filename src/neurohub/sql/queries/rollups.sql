-- name: days
-- Plant days from the first event on, and days that are counted though nothing happened then.
select day from day_count
union
select d::date
from generate_series(
  (select (min(h.received_at) at time zone p.timezone)::date from history h, plant p group by p.timezone),
  plant_today(), interval '1 day') d
order by 1

-- name: rebuild
-- Count one day anew; returns how many events it had.
select rebuild_day(%s)
