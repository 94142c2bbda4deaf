-- Privileges of the second line's roles, and PUBLIC, on tables, columns, sequences
-- and schemas. Empty role = PUBLIC.
WITH given AS (
  SELECT CASE WHEN c.relkind = 'S' THEN 'SEQUENCE' ELSE 'TABLE' END AS kind,
    c.relname::text AS name, '' AS col, x.grantee, x.privilege_type
  FROM pg_catalog.pg_class c
  CROSS JOIN LATERAL pg_catalog.aclexplode(c.relacl) x
  WHERE c.relnamespace = current_schema()::regnamespace
  UNION ALL
  SELECT 'TABLE', c.relname::text, a.attname::text, x.grantee, x.privilege_type
  FROM pg_catalog.pg_attribute a
  JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
  CROSS JOIN LATERAL pg_catalog.aclexplode(a.attacl) x
  WHERE c.relnamespace = current_schema()::regnamespace AND NOT a.attisdropped
  UNION ALL
  SELECT 'SCHEMA', n.nspname::text, '', x.grantee, x.privilege_type
  FROM pg_catalog.pg_namespace n
  CROSS JOIN LATERAL pg_catalog.aclexplode(n.nspacl) x
  WHERE n.nspname IN (current_schema(), 'upheld_second_line')
)
SELECT g.kind, g.name, g.col, g.privilege_type, COALESCE(r.rolname, '')
FROM given g
LEFT JOIN pg_catalog.pg_roles r ON r.oid = g.grantee
WHERE g.grantee = 0 AND NOT (g.kind = 'SCHEMA' AND g.privilege_type = 'USAGE')
  OR starts_with(r.rolname, %(start)s) OR r.rolname = ANY (%(names)s)
