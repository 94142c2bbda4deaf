-- After an answer was given, changed or erased: the masks of that person's rows.
DECLARE
  whom text := CASE TG_OP WHEN 'DELETE' THEN OLD.subject ELSE NEW.subject END;
  agreed bigint;
BEGIN
  -- Rows of that person that are being written now wait for the answer, or it for them.
  PERFORM pg_catalog.pg_advisory_xact_lock({{space}}, pg_catalog.hashtext(whom) & 255);
  agreed := upheld_second_line.mask_of(whom);
{{steps}}  RETURN NULL;
END
