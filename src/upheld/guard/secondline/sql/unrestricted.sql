        AND NOT EXISTS (
          SELECT 1 FROM {{restriction}} r
          WHERE r.subject = $1 AND r.purpose IN ('', b.purpose)
        )
