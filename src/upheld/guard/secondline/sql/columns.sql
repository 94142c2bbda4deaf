-- Shadow columns.
SELECT c.relname, a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod)
FROM pg_catalog.pg_attribute a
JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p')
  AND NOT a.attisdropped
  AND a.attname IN ('upheld_subject', 'upheld_subjects', 'upheld_allow_mask')
