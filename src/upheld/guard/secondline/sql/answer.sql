  UPDATE {{table}} AS "_t" SET upheld_allow_mask = agreed
    WHERE {{of_person}} AND "_t".upheld_allow_mask IS DISTINCT FROM agreed;
