"""A whole privacy folder: policy, notice, map and register, read and checked as one."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from upheld.notice.lint import lint
from upheld.notice.register import Register
from upheld.notice.sources import read_folder
from upheld.notice.types import Notice
from upheld.policy.findings import Finding, PolicyError
from upheld.policy.mapfile import MapFile
from upheld.policy.types import Policy


@dataclass(frozen=True, slots=True)
class Privacy:
    """What a privacy folder says. `digest` is the SHA-256 of all its sources in hex."""

    policy: Policy
    notice: Notice
    mapfile: MapFile
    register: Register
    digest: str
    warnings: tuple[Finding, ...] = ()


def load_privacy_dir(path: Path | str) -> Privacy:
    """The privacy folder at `path`, whole and sound.

    Raises `PolicyError` with everything that is wrong; nothing is half loaded.
    """
    folder = read_folder(path)
    findings = lint(folder)
    policy, notice = folder.policy.policy, folder.notice.notice
    errors = [finding for finding in findings if finding.severity == "error"]
    if errors or policy is None or notice is None:
        raise PolicyError(errors)
    return Privacy(
        policy=policy,
        notice=notice,
        mapfile=folder.map.map,
        register=folder.register.register,
        digest=folder.digest,
        warnings=tuple(finding for finding in findings if finding.severity == "warning"),
    )
