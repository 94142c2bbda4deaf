-- Row policies.
SELECT c.relname, p.polname,
  ARRAY(SELECT COALESCE(r.rolname, 'public')::text FROM unnest(p.polroles) AS o(id)
    LEFT JOIN pg_catalog.pg_roles r ON r.oid = o.id ORDER BY 1),
  COALESCE(pg_catalog.pg_get_expr(p.polqual, p.polrelid), ''), p.polpermissive, p.polcmd::text,
  COALESCE(pg_catalog.pg_get_expr(p.polwithcheck, p.polrelid), '')
FROM pg_catalog.pg_policy p
JOIN pg_catalog.pg_class c ON c.oid = p.polrelid
WHERE c.relnamespace = current_schema()::regnamespace
