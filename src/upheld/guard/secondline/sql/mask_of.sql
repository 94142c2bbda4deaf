-- What a person agreed to: one bit a purpose, all of them for rows about nobody.
SELECT CASE
  WHEN $1 IS NULL THEN 0::bigint
  WHEN $1 = '' THEN -1::bigint
  ELSE COALESCE((
    SELECT pg_catalog.bit_or(1::bigint << b.bit)
    FROM upheld_second_line.bit b
    LEFT JOIN {{consent}} s ON s.purpose = b.purpose AND s.subject = $1
    WHERE COALESCE(s.granted, b.default_in)
  ), 0::bigint)
END
