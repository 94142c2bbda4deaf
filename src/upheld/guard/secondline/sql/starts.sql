-- The role that a login starts as in this database.
SELECT r.rolname, substr(c.setting, 6)
FROM pg_catalog.pg_db_role_setting s
JOIN pg_catalog.pg_roles r ON r.oid = s.setrole
JOIN pg_catalog.pg_database d ON d.oid = s.setdatabase AND d.datname = current_database()
CROSS JOIN LATERAL unnest(s.setconfig) AS c(setting)
WHERE c.setting LIKE 'role=%%' AND r.rolname = ANY (%(names)s)
