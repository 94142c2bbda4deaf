  IF EXISTS (SELECT 1 FROM {{restriction}} r WHERE r.subject = $1) THEN
    SELECT yes & ~COALESCE(pg_catalog.bit_or(1::bigint << b.bit), 0) INTO yes
      FROM upheld_second_line.bit b JOIN {{restriction}} r ON r.purpose IN ('', b.purpose)
      WHERE r.subject = $1;
  END IF;
