-- Single views in a partition a day: a day is dropped as a whole, which leaves nothing in heaps.
-- The functions run as the owner of the tables, since the site's own login may own none.

CREATE OR REPLACE FUNCTION upheld_visit_make(wanted date) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
  part text := 'upheld_visit_' || to_char(wanted, 'YYYYMMDD');
BEGIN
  IF to_regclass(part) IS NOT NULL THEN
    RETURN;
  END IF;
  PERFORM pg_advisory_xact_lock(hashtext('upheld_visit'));
  IF to_regclass(part) IS NOT NULL THEN
    RETURN;
  END IF;
  -- Attached, not made in place: readers and writers of other days need not wait.
  EXECUTE format('CREATE TABLE %I (LIKE upheld_visit INCLUDING DEFAULTS)', part);
  EXECUTE format('ALTER TABLE upheld_visit ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)',
    part, wanted, wanted + 1);
END $$

CREATE OR REPLACE FUNCTION upheld_visit_drop(before date) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
  part record;
  gone integer := 0;
BEGIN
  FOR part IN
    SELECT c.oid::regclass AS name FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
    WHERE i.inhparent = 'upheld_visit'::regclass
      AND c.relname ~ '^upheld_visit_[0-9]{8}$'
      AND to_date(right(c.relname, 8), 'YYYYMMDD') < before
  LOOP
    EXECUTE format('DROP TABLE %s', part.name);
    gone := gone + 1;
  END LOOP;
  RETURN gone;
END $$

DO $$
DECLARE
  one date;
BEGIN
  IF (SELECT relkind FROM pg_class WHERE oid = 'upheld_visit'::regclass) <> 'r' THEN
    RETURN;
  END IF;
  ALTER TABLE upheld_visit RENAME TO upheld_visit_plain;
  CREATE TABLE upheld_visit (LIKE upheld_visit_plain INCLUDING DEFAULTS) PARTITION BY RANGE (day);
  FOR one IN SELECT DISTINCT day FROM upheld_visit_plain LOOP
    PERFORM upheld_visit_make(one);
  END LOOP;
  INSERT INTO upheld_visit SELECT * FROM upheld_visit_plain;
  DROP TABLE upheld_visit_plain;
END $$
