-- Functions of the second line.
SELECT p.proname, pg_catalog.oidvectortypes(p.proargtypes), p.prosrc,
  pg_catalog.pg_get_userbyid(p.proowner), p.prosecdef
FROM pg_catalog.pg_proc p
JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
WHERE n.nspname = 'upheld_second_line'
