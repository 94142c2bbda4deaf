-- Triggers that run a function of the second line.
SELECT c.relname, t.tgname, p.proname, t.tgenabled IN ('O', 'A')
FROM pg_catalog.pg_trigger t
JOIN pg_catalog.pg_class c ON c.oid = t.tgrelid
JOIN pg_catalog.pg_proc p ON p.oid = t.tgfoid
JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
WHERE n.nspname = 'upheld_second_line' AND NOT t.tgisinternal
  AND c.relnamespace = current_schema()::regnamespace
