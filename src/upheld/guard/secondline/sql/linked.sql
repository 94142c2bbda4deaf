  -- Nobody makes another's row their own by pointing at it.
  IF acting <> '' AND pg_catalog.current_setting('role') = ANY ({{own_roles}}::text[]){{moved}}
    AND EXISTS (SELECT 1 FROM {{table}} AS "_t" WHERE {{reached}}
      AND NOT {{acceptable}}
      AND NOT (acting LIKE 'visitor:%'
        AND pg_catalog.split_part({{one}}, ':', 1) = ANY ({{by_value}}::text[])))
  THEN
    RAISE EXCEPTION 'a row of {{plain}} belongs to another person'
      USING ERRCODE = 'insufficient_privilege';
  END IF;
