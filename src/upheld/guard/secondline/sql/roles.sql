-- Roles of the second line: of purposes by their start, the others by name.
SELECT rolname, rolcanlogin, rolinherit,
  rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb OR rolreplication
FROM pg_catalog.pg_roles
WHERE starts_with(rolname, %(start)s) OR rolname = ANY (%(names)s)
