-- name: order
-- Queue a label.
select order_label_v1(
  %(kind)s, %(lot_number)s, %(sequence)s::smallint, %(printer)s, %(reason)s, %(actor)s, %(line)s, %(station)s)

-- name: claim
-- Take jobs for the printers of a station: the job, what its label says, the density of its printer.
select print_job_json(j, l), label_facts(l, j.kind, j.sequence), p.dpi
from claim_print_jobs_v1(%s, %s) j
join lot l on l.id = j.lot_id
join printer p on p.code = j.claimed_printer
order by j.id

-- name: report
-- Say how a job went.
select report_print_job_v1(%s, %s, %s, %s, %s)

-- name: one
-- One print job.
select print_job_json(j, l)
from print_job j
join lot l on l.id = j.lot_id
where j.id = %s

-- name: page
-- Print jobs, newest first, after a cursor.
select j.id, print_job_json(j, l)
from print_job j
join lot l on l.id = j.lot_id
where (%(after)s::bigint is null or j.id < %(after)s)
  and (%(line)s::text is null or j.line = %(line)s)
  and (%(status)s::text is null or job_status(j) = %(status)s)
order by j.id desc
limit %(limit)s

-- name: facts
-- What the label of a LOT or of a unit says; a serial number only once it is issued.
select label_facts(l, %(kind)s, %(sequence)s)
from lot l
left join unit u on u.lot_id = l.id and u.sequence = %(sequence)s
where l.lot_number = %(lot_number)s
  and (%(kind)s = 'lot' or u.sequence is not null)
  and (%(kind)s <> 'serial' or u.serial_issued)
