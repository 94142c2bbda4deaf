  UPDATE {{table}} AS "_t" SET {{column}} = {{whose}}
    WHERE {{reached}} AND "_t".{{column}} IS DISTINCT FROM {{whose}};
