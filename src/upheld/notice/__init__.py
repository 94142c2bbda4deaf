"""The notice: the text people read, cut into sentences that are bound to rules."""

from upheld.notice.folder import Privacy, load_privacy_dir

__all__ = ["Privacy", "load_privacy_dir"]
