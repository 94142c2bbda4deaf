-- Tables and materialized views of the schema at work: owner, columns, sequences they own.
SELECT c.relname, pg_catalog.pg_get_userbyid(c.relowner),
  ARRAY(SELECT a.attname::text FROM pg_catalog.pg_attribute a
    WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped),
  ARRAY(SELECT s.relname::text FROM pg_catalog.pg_depend d
    JOIN pg_catalog.pg_class s ON s.oid = d.objid AND s.relkind = 'S'
    WHERE d.refobjid = c.oid AND d.classid = 'pg_catalog.pg_class'::regclass
      AND d.deptype IN ('a', 'i'))
FROM pg_catalog.pg_class c
WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p', 'm')
