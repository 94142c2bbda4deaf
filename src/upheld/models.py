"""Where Django looks for models: each room keeps its own, this file only gathers them."""

import upheld.consent.models
import upheld.journal.models
import upheld.guard.models  # noqa: F401 - registers the tables
import upheld.keyring.models  # noqa: F401 - registers the tables
import upheld.proving.models  # noqa: F401 - registers the tables
import upheld.rights.models  # noqa: F401 - registers the tables
