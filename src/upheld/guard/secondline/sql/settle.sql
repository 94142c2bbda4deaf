-- After a row passed the check as the acting person's: the shadow that is true.
BEGIN
  UPDATE {{table}} AS "_t" SET upheld_allow_mask = 0 WHERE {{same_row}};
  RETURN NULL;
END
