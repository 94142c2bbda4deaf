"""What a survey or an answer is refused with."""

from __future__ import annotations

from upheld.errors import MailError


class SurveyRefused(MailError):
    """A survey may not be made or changed like this, or an answer not be taken; nothing was
    stored. `field` names the question at fault, empty when it is none."""

    code = "mail.survey"

    def __init__(self, message: str, *, hint: str = "", field: str = "") -> None:
        super().__init__(message, hint=hint, reason="survey", field=field)
        self.field = field


class Spent(SurveyRefused):
    """The link was used already, or there never was such a link: which, nobody can tell."""

    code = "mail.survey.spent"
