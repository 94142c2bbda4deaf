"""Which rules stand behind a sentence, and which sentences announce a rule."""

from __future__ import annotations

from dataclasses import dataclass

from upheld.notice.types import Notice, Sentence
from upheld.policy.rules import Rule, rules
from upheld.policy.types import Policy


@dataclass(frozen=True, slots=True)
class Bindings:
    """Both ways between sentences and rules."""

    rules: tuple[Rule, ...]
    _rules_by_sentence: dict[str, tuple[Rule, ...]]
    _sentences: dict[str, Sentence]

    def rules_of(self, sentence: str) -> tuple[Rule, ...]:
        """The rules that name the sentence id, in the policy's order."""
        return self._rules_by_sentence.get(sentence, ())

    def sentences_of(self, rule: Rule) -> tuple[Sentence, ...]:
        """The sentences that announce the rule, in the order it names them."""
        return tuple(self._sentences[id] for id in rule.says if id in self._sentences)

    def sentence(self, id: str) -> Sentence | None:
        """The sentence that carries the id."""
        return self._sentences.get(id)


def bind(policy: Policy, notice: Notice) -> Bindings:
    """Bind the rules of `policy` to the sentences of `notice` by their ids."""
    every = tuple(rules(policy))
    behind: dict[str, list[Rule]] = {}
    for rule in every:
        for id in rule.says:
            behind.setdefault(id, []).append(rule)
    return Bindings(
        rules=every,
        _rules_by_sentence={id: tuple(found) for id, found in behind.items()},
        _sentences={id: sentence for sentence in notice.sentences for id in sentence.ids},
    )
