"""What people may change of themselves: the account's names, and the site's card of them."""

from __future__ import annotations

from typing import Any, ClassVar

from sites.frame.people.joining import Grouped

NAMES = ("first_name", "last_name")


class ProfileForm(Grouped):
    """`first_name` and `last_name` are the account's; every other field is a column of the
    site's `card`, a model with a `user_id`. The address to sign in with is changed among a
    person's data, where it is confirmed by mail."""

    card: ClassVar[Any]

    @classmethod
    def kept(cls, user: Any) -> dict[str, str]:
        """What the form starts with."""
        names, columns = cls._parts()
        card = cls.card.objects.filter(user_id=user.pk).first()
        found = {name: getattr(card, name) for name in columns} if card else {}
        return {name: getattr(user, name) for name in names} | found

    def keep(self, user: Any) -> None:
        """Write what was given."""
        given = self.cleaned_data
        names, columns = self._parts()
        for name in names:
            setattr(user, name, given[name])
        user.save(update_fields=names)
        self.card.objects.update_or_create(
            user_id=user.pk, defaults={name: given[name] for name in columns}
        )

    @classmethod
    def _parts(cls) -> tuple[list[str], list[str]]:
        """Return the names of the account's fields and of the card's."""
        fields = list(cls.base_fields)
        return [n for n in fields if n in NAMES], [n for n in fields if n not in NAMES]
