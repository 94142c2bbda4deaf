-- The log only grows: what was written stays, whoever asks through SQL.
-- Whoever may change the schema can drop a trigger; `verify-log` finds what they do then.

CREATE TRIGGER IF NOT EXISTS upheld_leaf_no_update
  BEFORE UPDATE ON upheld_leaf
BEGIN
  SELECT RAISE(ABORT, 'append-only: update on upheld_leaf is refused');
END;

CREATE TRIGGER IF NOT EXISTS upheld_leaf_no_delete
  BEFORE DELETE ON upheld_leaf
BEGIN
  SELECT RAISE(ABORT, 'append-only: delete on upheld_leaf is refused');
END;

CREATE TRIGGER IF NOT EXISTS upheld_leafsubject_no_update
  BEFORE UPDATE ON upheld_leafsubject
BEGIN
  SELECT RAISE(ABORT, 'append-only: update on upheld_leafsubject is refused');
END;

CREATE TRIGGER IF NOT EXISTS upheld_leafsubject_no_delete
  BEFORE DELETE ON upheld_leafsubject
BEGIN
  SELECT RAISE(ABORT, 'append-only: delete on upheld_leafsubject is refused');
END;

CREATE TRIGGER IF NOT EXISTS upheld_checkpoint_no_update
  BEFORE UPDATE ON upheld_checkpoint
BEGIN
  SELECT RAISE(ABORT, 'append-only: update on upheld_checkpoint is refused');
END;

CREATE TRIGGER IF NOT EXISTS upheld_checkpoint_no_delete
  BEFORE DELETE ON upheld_checkpoint
BEGIN
  SELECT RAISE(ABORT, 'append-only: delete on upheld_checkpoint is refused');
END;
