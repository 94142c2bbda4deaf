-- After a row that paths lead through has changed: the shadows of the rows behind it.
DECLARE
  acting text := pg_catalog.current_setting('upheld.subject', true);
BEGIN
{{steps}}  RETURN NULL;
END
