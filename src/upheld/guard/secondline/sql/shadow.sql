-- Before a row is written: whose it is and what that person agreed to.
DECLARE
  whose {{kind}} := {{whose}};
  acting text := pg_catalog.current_setting('upheld.subject', true);
BEGIN
  IF pg_catalog.pg_trigger_depth() = 1 AND acting <> ''
    AND pg_catalog.current_setting('role') = ANY ({{own_roles}}::text[])
    AND (whose IS NULL OR (acting LIKE 'visitor:%'
      AND pg_catalog.split_part({{one}}, ':', 1) = ANY ({{by_value}}::text[])))
  THEN
    -- A row that is linked to its person later, or is made by one who says only in it who it
    -- is: let it pass the check of own rows. `settle` puts in what is true.
    NEW.{{column}} := {{acting}};
    NEW.upheld_allow_mask := NULL;
    RETURN NEW;
  END IF;
  NEW.{{column}} := whose;
  {{lock}}NEW.upheld_allow_mask := {{mask}};
  IF pg_catalog.pg_trigger_depth() = 1
    AND NEW.upheld_allow_mask & {{limited_bits}} <> {{limited_bits}}
    AND pg_catalog.current_setting('role') = ANY ({{limited_roles}}::text[])
  THEN
    -- Whoever may write the row may finish it, though it is out of sight afterwards: of a
    -- person whose data are restricted, or of nobody known yet.
    NEW.upheld_allow_mask := {{passing}};
  END IF;
  RETURN NEW;
END
