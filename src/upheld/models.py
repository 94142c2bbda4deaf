"""Where Django looks for models: each room keeps its own, this file only gathers them."""

import upheld.browser.visits.models
import upheld.cases.models
import upheld.consent.models
import upheld.disclosure.models
import upheld.disposal.models
import upheld.guard.models
import upheld.journal.models
import upheld.keyring.models
import upheld.mail.campaigns.models
import upheld.mail.models
import upheld.mail.surveys.models
import upheld.proving.inspection.models
import upheld.proving.models
import upheld.rights.identity.models
import upheld.rights.models
import upheld.rights.requests.models
