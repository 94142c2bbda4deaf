-- After a row passed the check as it was being written: the shadow that is true.
BEGIN
  UPDATE {{table}} AS "_t" SET upheld_allow_mask = 0 WHERE {{same_row}};
  RETURN NULL;
END
