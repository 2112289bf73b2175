-- name: current
-- The limits in force for each model: version, model, limits.
select distinct on (model) model, id, limits from limit_set order by model, id desc
