-- What a person agreed to, and what nobody is asked about but a restriction ends: one bit a
-- purpose, all of them for rows about nobody. What holds without an answer is a constant, so a
-- person who said nothing costs one look into the answers.
-- In PL/pgSQL, which keeps the plan, and with the caller's rights: only the keeper may call it.
DECLARE
  yes bigint;
  no bigint;
BEGIN
  IF $1 IS NULL THEN RETURN 0; END IF;
  IF $1 = '' THEN RETURN -1; END IF;
  SELECT pg_catalog.bit_or(1::bigint << b.bit) FILTER (WHERE s.granted),
      pg_catalog.bit_or(1::bigint << b.bit) FILTER (WHERE NOT s.granted)
    INTO yes, no
    FROM {{consent}} s JOIN upheld_second_line.bit b ON b.purpose = s.purpose
    WHERE s.subject = $1 AND b.purpose <> ALL ({{unasked}}::text[]);
  yes := ({{unanswered}} | COALESCE(yes, 0)) & ~COALESCE(no, 0);
{{unrestricted}}  RETURN yes;
END
