-- What a person agreed to, and what nobody is asked about but a restriction ends: one bit a
-- purpose, all of them for rows about nobody.
-- In PL/pgSQL, which keeps the plan, and with the caller's rights: only the keeper may call it.
BEGIN
  RETURN CASE
    WHEN $1 IS NULL THEN 0::bigint
    WHEN $1 = '' THEN -1::bigint
    ELSE COALESCE((
      SELECT pg_catalog.bit_or(1::bigint << b.bit)
      FROM upheld_second_line.bit b
      LEFT JOIN {{consent}} s ON s.purpose = b.purpose AND s.subject = $1
        AND b.purpose <> ALL ({{unasked}}::text[])
      WHERE COALESCE(s.granted, b.default_in)
{{unrestricted}}    ), 0::bigint)
  END;
END
