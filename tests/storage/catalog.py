"""What a database says of itself: the parts of our schema, as text that can be compared."""

import psycopg

TABLES = "('r', 'p', 'v', 'S', 'c')"
PARTS = {
    "relations": f"""
        select c.relname, c.relkind::text, c.reloptions::text, pg_get_userbyid(c.relowner),
               (select array_agg(a::text order by a::text) from unnest(c.relacl) a)::text
        from pg_class c where c.relnamespace = 'neurohub'::regnamespace and c.relkind in {TABLES}""",
    "columns": """
        select c.relname, a.attnum::text, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull::text,
               a.attidentity::text, a.attgenerated::text, pg_get_expr(d.adbin, d.adrelid), a.attacl::text
        from pg_attribute a join pg_class c on c.oid = a.attrelid
        left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
        where c.relnamespace = 'neurohub'::regnamespace and a.attnum > 0 and not a.attisdropped
          and c.relkind in ('r', 'p', 'v', 'c')""",
    "constraints": """
        select n.conname, coalesce(c.relname, ''), pg_get_constraintdef(n.oid)
        from pg_constraint n left join pg_class c on c.oid = n.conrelid
        where n.connamespace = 'neurohub'::regnamespace and n.contype <> 'n'""",
    "indexes": """
        select indexname, indexdef from pg_indexes where schemaname = 'neurohub'""",
    "functions": """
        select p.oid::regprocedure::text, pg_get_functiondef(p.oid), p.proacl::text
        from pg_proc p where p.pronamespace = 'neurohub'::regnamespace""",
    "triggers": """
        select t.tgname, pg_get_triggerdef(t.oid)
        from pg_trigger t join pg_class c on c.oid = t.tgrelid
        where c.relnamespace = 'neurohub'::regnamespace and not t.tgisinternal""",
}
# Made by the migration library, not by us.
FOREIGN = ("yoyo", "_yoyo", "pk_yoyo")


def of(url: str) -> dict[str, list[tuple[str, ...]]]:
    """Return the parts of the schema at `url`, sorted, without the migration library's own tables."""
    with psycopg.connect(url, options="-c search_path=neurohub") as connection:
        return {
            part: sorted(
                tuple(str(v) for v in row)
                for row in connection.execute(query)
                if not str(row[0]).startswith(FOREIGN)
            )
            for part, query in PARTS.items()
        }


def constraint_names(url: str) -> set[str]:
    """Return the constraints and unique indexes that a statement can run into."""
    query = """
        select n.conname from pg_constraint n join pg_class c on c.oid = n.conrelid
        where n.connamespace = 'neurohub'::regnamespace and n.contype in ('c', 'u', 'p', 'f', 'x')
          and c.relname !~ 'yoyo' and not c.relispartition
        union
        select c.relname from pg_index i join pg_class c on c.oid = i.indexrelid
        where i.indisunique and c.relnamespace = 'neurohub'::regnamespace and c.relname !~ 'yoyo'
          and not c.relispartition"""
    with psycopg.connect(url, options="-c search_path=neurohub") as connection:
        return {name for (name,) in connection.execute(query)}
