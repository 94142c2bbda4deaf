-- Who may act as one of its roles, and what its logins may act as.
SELECT r.rolname, m.rolname
FROM pg_catalog.pg_auth_members a
JOIN pg_catalog.pg_roles r ON r.oid = a.roleid
JOIN pg_catalog.pg_roles m ON m.oid = a.member
WHERE (starts_with(r.rolname, %(start)s) OR r.rolname = ANY (%(names)s)
  OR starts_with(m.rolname, %(start)s) OR m.rolname = ANY (%(names)s))
  -- From version 16 on, whoever makes a role is its member; that is not ours to undo.
  AND NOT (a.admin_option AND current_setting('server_version_num')::int >= 160000)
