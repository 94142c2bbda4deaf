"""Notice and policy against each other: no empty promise, no unannounced processing."""

from __future__ import annotations

from collections.abc import Iterator

from upheld.notice.bindings import Bindings, bind
from upheld.notice.sources import Folder
from upheld.notice.types import Notice
from upheld.notice.versions import check_dates, check_rules, check_versions
from upheld.policy.check import check
from upheld.policy.check_map import check_map
from upheld.policy.findings import Finding, did_you_mean
from upheld.policy.types import ALL, Policy


def lint(folder: Folder) -> list[Finding]:
    """Everything wrong with a privacy folder, each file by itself and all together."""
    found = folder.findings
    policy, notice = folder.policy.policy, folder.notice.notice
    if policy is not None:
        found += check(policy, folder.policy.marks)
        found += check_rules(folder.path, policy, folder.policy.marks)
    if policy is not None and not any(each.severity == "error" for each in folder.map.findings):
        found += check_map(folder.map, policy, folder.policy.marks)
    if policy is not None and notice is not None:
        bindings = bind(policy, notice)
        where = folder.notice
        found += check_dates(policy, notice, where.file, where.date_line)
        found += _sentences(folder, notice, bindings)
        found += _rules(folder, policy, notice, bindings)
    if notice is not None:
        found += _register(folder, notice)
        found += check_versions(folder.path, notice, folder.notice.file, folder.notice.date_line)
    return sorted(set(found))


def _sentences(folder: Folder, notice: Notice, bindings: Bindings) -> Iterator[Finding]:
    """First direction: every sentence has a rule."""
    excused = folder.register.register.statements
    for sentence in notice.sentences:
        for id in sentence.ids:
            if id not in excused and not bindings.rules_of(id):
                message = f"no rule makes `{id}` true"
                hint = "name it in the `says` of a rule, or mark it `[info: the reason]`"
                place = (sentence.line, sentence.column)
                yield Finding(folder.notice.file, *place, "lint.empty-promise", message, hint)


def _rules(folder: Folder, policy: Policy, notice: Notice, bindings: Bindings) -> Iterator[Finding]:
    """Second direction: every rule has a sentence, and the sentences it names exist."""
    marks = folder.policy.marks
    known = {id for sentence in notice.sentences for id in sentence.ids}
    for rule in bindings.rules:
        for index, id in enumerate(rule.says):
            if id not in known:
                message = f"`{rule.name}` says `{id}`, which is not in the notice"
                near = did_you_mean(id, known)
                hint = near if near.startswith("did") else "write the sentence, or take it out"
                path = (*rule.path, "says", index)
                yield marks.finding("lint.unknown-sentence", path, message, hint=hint)
        if rule.must_be_announced and not rule.says:
            message = f"`{rule.name}` is announced by no sentence"
            hint = "write one in notice.md and name it in `says`"
            yield marks.finding("lint.unannounced", rule.path, message, hint=hint)
    announced = _announced(bindings)
    for id, category in policy.data.items():
        if not category.says and id not in announced and ALL not in announced:
            message = f"`data.{id}` is announced by no sentence"
            hint = "name a sentence in its `says`, or in the rule that collects it"
            yield marks.finding("lint.unannounced", ("data", id), message, hint=hint)


def _announced(bindings: Bindings) -> set[str]:
    """Categories that an announced collection point, purpose or recipient names."""
    found: set[str] = set()
    for rule in bindings.rules:
        if not rule.says:
            continue
        if rule.section == "collect":
            found |= {*rule.value.required, *rule.value.optional}
        elif rule.section == "purposes" and rule.must_be_announced:
            grant = rule.value.may
            found |= {*grant.read, *grant.mask, *grant.match, *grant.write}
        elif rule.section == "recipients":
            found |= {*rule.value.gets}
    return found


def _register(folder: Folder, notice: Notice) -> Iterator[Finding]:
    requirements = folder.register.register.requirements
    marks = folder.register.marks
    known = {id for sentence in notice.sentences for id in sentence.ids}
    bound: set[str] = set()
    for id, requirement in requirements.items():
        bound |= set(requirement.sentences)
        for index, sentence in enumerate(requirement.sentences):
            if sentence not in known:
                message = f"`{id}` names the sentence `{sentence}`, which is not in the notice"
                near = did_you_mean(sentence, known)
                hint = near if near.startswith("did") else "write the sentence, or take it out"
                path = (id, "sentences", index)
                yield marks.finding("register.unknown-sentence", path, message, hint=hint)
    for each in notice.sentences if requirements else ():
        for id in each.ids:
            if id not in bound:
                message = f"`{id}` promises what no requirement asks for"
                hint = "bind it in register.yaml, or take the sentence out"
                yield Finding(
                    folder.notice.file,
                    each.line,
                    each.column,
                    "register.extra-sentence",
                    message,
                    hint,
                    "warning",
                )
