-- name: page
-- Firmware by model, newest version first, after a cursor with its numbers at a fixed width.
select at, firmware_json(f)
from firmware f,
lateral (select concat_ws('.', f.model, lpad(f.major::text, 5, '0'), lpad(f.minor::text, 5, '0'),
                          lpad(f.patch::text, 5, '0')) as at) k
where (%(model)s::text is null or f.model = %(model)s)
  and (%(after)s::text is null or at < %(after)s)
order by at desc
limit %(limit)s

-- name: one
-- One firmware of a model.
select firmware_json(f)
from firmware f
where f.model = %(model)s
  and f.version = %(version)s

-- name: latest
-- What was released last for a model: also the newest, an older version is not released after it.
select firmware_json(f)
from firmware f
where f.model = %(model)s
order by f.released_at desc
limit 1

-- name: image
-- What the image of a firmware is checked by.
select model, version, size_bytes, sha256, block_sha256
from firmware
where model = %(model)s
  and version = %(version)s

-- name: lock_model
-- Two releases for one model take turns; no row when there is no such model.
select code
from model
where code = %(model)s
for no key update

-- name: add
-- Release an image.
insert into firmware (model, version, major, minor, patch, size_bytes, sha256, md5, block_sha256)
select %(model)s, %(version)s, n.parts[1], n.parts[2], n.parts[3], %(size_bytes)s, %(sha256)s, %(md5)s, %(blocks)s
from (select string_to_array(substr(%(version)s, 2), '.')::integer[] as parts) n

-- name: announce
-- Tell everybody that a version is released.
select raise_alert('FIRMWARE_UPDATE', 'low', null, %(model)s || '/' || %(version)s,
                   json_build_object('model', %(model)s::text, 'version', %(version)s::text))
