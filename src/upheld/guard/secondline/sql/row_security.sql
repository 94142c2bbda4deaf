-- Tables with row security.
SELECT c.relname, c.relrowsecurity, c.relforcerowsecurity
FROM pg_catalog.pg_class c
WHERE c.relnamespace = current_schema()::regnamespace
  AND (c.relrowsecurity OR c.relforcerowsecurity)
