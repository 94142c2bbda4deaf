"""The files of a privacy folder as they were read, sound or not."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from upheld.notice.parse import NoticeFile, read_notice
from upheld.notice.register import RegisterFile, read_register
from upheld.policy.extend import WholeMap, whole_map
from upheld.policy.findings import Finding
from upheld.policy.load import PolicyFile, read_policy


@dataclass(frozen=True, slots=True)
class Folder:
    """The four files as read, sound or not."""

    path: Path
    policy: PolicyFile
    notice: NoticeFile
    map: WholeMap
    register: RegisterFile

    @property
    def findings(self) -> list[Finding]:
        """What is wrong with each file by itself."""
        return [
            *self.policy.findings,
            *self.notice.findings,
            *self.map.findings,
            *self.register.findings,
        ]

    @property
    def digest(self) -> str:
        """SHA-256 in hex of every source, each under its name."""
        whole = hashlib.sha256()
        sources = [("policy", self.policy.text), ("notice", self.notice.text)]
        sources += [("map", source.text) for source in self.map.sources]
        sources += [("register", self.register.text)]
        for name, text in sources:
            whole.update(f"{name} {len(text)}\n{text}\n".encode())
        return whole.hexdigest()


def read_folder(path: Path | str) -> Folder:
    """Read the files of a privacy folder; never raises."""
    folder = Path(path)
    return Folder(
        path=folder,
        policy=read_policy(folder / "policy.yaml"),
        notice=read_notice(folder / "notice.md"),
        map=whole_map(folder / "map.yaml"),
        register=read_register(folder / "register.yaml"),
    )
