-- The log only grows: what was written stays, whoever asks through SQL.
-- A superuser or the owner can drop a trigger; `verify-log` finds what they do then.

CREATE OR REPLACE FUNCTION upheld_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'append-only: % on % is refused', lower(TG_OP), TG_TABLE_NAME
    USING ERRCODE = 'restrict_violation';
END
$$;

CREATE OR REPLACE TRIGGER upheld_leaf_append_only
  BEFORE UPDATE OR DELETE ON upheld_leaf
  FOR EACH ROW EXECUTE FUNCTION upheld_append_only();

CREATE OR REPLACE TRIGGER upheld_leafsubject_append_only
  BEFORE UPDATE OR DELETE ON upheld_leafsubject
  FOR EACH ROW EXECUTE FUNCTION upheld_append_only();

CREATE OR REPLACE TRIGGER upheld_checkpoint_append_only
  BEFORE UPDATE OR DELETE ON upheld_checkpoint
  FOR EACH ROW EXECUTE FUNCTION upheld_append_only();
