CREATE SCHEMA {schema};
CREATE TABLE {schema}.bit (purpose text PRIMARY KEY, bit smallint NOT NULL UNIQUE, default_in boolean NOT NULL);
GRANT SELECT ON {schema}.bit TO PUBLIC;
COMMENT ON SCHEMA {schema} IS 'second line of Upheld, version 1';
