-- The ledger only grows. Rows go with their whole person and no other way.

CREATE TRIGGER IF NOT EXISTS upheld_consent_no_update
  BEFORE UPDATE ON upheld_consent
BEGIN
  SELECT RAISE(ABORT, 'append-only: update on upheld_consent is refused');
END;

CREATE TRIGGER IF NOT EXISTS upheld_consent_no_delete
  BEFORE DELETE ON upheld_consent
  WHEN NOT EXISTS (SELECT 1 FROM upheld_consenterasure WHERE subject = OLD.subject)
BEGIN
  SELECT RAISE(ABORT, 'append-only: delete on upheld_consent is refused');
END;

CREATE TRIGGER IF NOT EXISTS upheld_wording_no_update
  BEFORE UPDATE ON upheld_wording
BEGIN
  SELECT RAISE(ABORT, 'append-only: update on upheld_wording is refused');
END;

CREATE TRIGGER IF NOT EXISTS upheld_wording_no_delete
  BEFORE DELETE ON upheld_wording
BEGIN
  SELECT RAISE(ABORT, 'append-only: delete on upheld_wording is refused');
END;

CREATE TRIGGER IF NOT EXISTS upheld_agreement_no_update
  BEFORE UPDATE ON upheld_agreement
BEGIN
  SELECT RAISE(ABORT, 'append-only: update on upheld_agreement is refused');
END;

CREATE TRIGGER IF NOT EXISTS upheld_agreement_no_delete
  BEFORE DELETE ON upheld_agreement
BEGIN
  SELECT RAISE(ABORT, 'append-only: delete on upheld_agreement is refused');
END;
