-- The ledger only grows. Rows go with their whole person and no other way.

CREATE OR REPLACE FUNCTION upheld_consent_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' AND EXISTS (
    SELECT 1 FROM upheld_consenterasure WHERE subject = OLD.subject
  ) THEN
    RETURN OLD;
  END IF;
  RAISE EXCEPTION 'append-only: % on % is refused', lower(TG_OP), TG_TABLE_NAME
    USING ERRCODE = 'restrict_violation';
END
$$;

CREATE OR REPLACE TRIGGER upheld_consent_append_only
  BEFORE UPDATE OR DELETE ON upheld_consent
  FOR EACH ROW EXECUTE FUNCTION upheld_consent_append_only();

CREATE OR REPLACE FUNCTION upheld_wording_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'append-only: % on % is refused', lower(TG_OP), TG_TABLE_NAME
    USING ERRCODE = 'restrict_violation';
END
$$;

CREATE OR REPLACE TRIGGER upheld_wording_append_only
  BEFORE UPDATE OR DELETE ON upheld_wording
  FOR EACH ROW EXECUTE FUNCTION upheld_wording_append_only();

CREATE OR REPLACE FUNCTION upheld_agreement_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'append-only: % on % is refused', lower(TG_OP), TG_TABLE_NAME
    USING ERRCODE = 'restrict_violation';
END
$$;

CREATE OR REPLACE TRIGGER upheld_agreement_append_only
  BEFORE UPDATE OR DELETE ON upheld_agreement
  FOR EACH ROW EXECUTE FUNCTION upheld_agreement_append_only();
