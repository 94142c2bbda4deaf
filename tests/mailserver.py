"""Debian's postfix and dovecot as a private pair on loopback: own folders, high ports.

Postfix takes mail for everybody by SMTP, puts it into mailboxes and sends back what it has no
mailbox for, as servers do that learn it late; dovecot gives the mailboxes out by IMAP. Both
need root to start and are stopped by their process ids; the machine's own mail is not touched.
"""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from signal import SIGKILL, SIGTERM
from tempfile import mkdtemp

PASSWORD = "letters-of-the-night"
OWNER = "mail"
"""The Debian user whose mailboxes these are."""
_WAIT = 30.0

MAIN_CF = """\
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
mail_owner = postfix
setgid_group = postdrop
multi_instance_enable = yes
multi_instance_name = postfix-private
maillog_file = {folder}/postfix.log
maillog_file_prefixes = {folder}
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = mail.hearthandhob.example
mydestination =
mynetworks = 127.0.0.0/8
local_transport = error:no local mail
relay_domains =
alias_maps =
alias_database =
virtual_mailbox_domains = hearthandhob.example, post.example
virtual_mailbox_base = {folder}/boxes
virtual_mailbox_maps = texthash:{folder}/postfix/boxes
virtual_minimum_uid = {uid}
virtual_uid_maps = static:{uid}
virtual_gid_maps = static:{gid}
smtpd_reject_unlisted_recipient = no
recipient_delimiter = +
smtpd_recipient_restrictions = permit_mynetworks, reject
default_transport = error:5.4.4 this server reaches nobody outside
smtp_dns_support_level = disabled
smtputf8_enable = no
minimal_backoff_time = 300s
"""
MASTER_CF = """\
127.0.0.1:{smtp} inet n - n - - smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
relay unix - - n - - smtp
showq unix n - n - - showq
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
local unix - n n - - local
virtual unix - n n - - virtual
lmtp unix - - n - - lmtp
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
"""
DOVECOT_CONF = """\
base_dir = {folder}/dovecot
log_path = {folder}/dovecot.log
listen = 127.0.0.1
protocols = imap
ssl = no
disable_plaintext_auth = no
auth_username_format = %Lu
mail_location = maildir:{folder}/boxes/%u
mail_uid = {uid}
mail_gid = {gid}
first_valid_uid = {uid}
first_valid_gid = {gid}
passdb {{
  driver = passwd-file
  args = {folder}/people
}}
userdb {{
  driver = passwd-file
  args = {folder}/people
  default_fields = uid={uid} gid={gid} home={folder}/boxes/%u
}}
service imap-login {{
  inet_listener imap {{
    port = {imap}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
namespace inbox {{
  inbox = yes
}}
"""


@dataclass(slots=True)
class MailServer:
    """The running pair. Everybody's password is `PASSWORD`."""

    folder: Path
    smtp: int = 0
    imap: int = 0

    @classmethod
    def start(cls, *people: str) -> MailServer:
        """Start both with a mailbox for each address. Raises `RuntimeError` with the logs."""
        folder = Path(mkdtemp(prefix="upheld-mail-"))
        found = cls(folder, *_free(2))
        found._write(people)
        _run(folder, "dovecot", "-c", str(folder / "dovecot.conf"))
        _run(folder, "postfix", "-c", str(folder / "postfix"), "start")
        until = time.monotonic() + _WAIT
        for port in (found.smtp, found.imap):
            while socket.socket().connect_ex(("127.0.0.1", port)):
                if time.monotonic() > until:
                    said = found.logs()
                    found.stop()
                    raise RuntimeError(f"the mail server did not start:\n{said}")
                time.sleep(0.1)
        return found

    def stop(self) -> None:
        """Stop both by their process ids and remove their folders."""
        for file in (self.folder / "queue/pid/master.pid", self.folder / "dovecot/master.pid"):
            with suppress(FileNotFoundError, ProcessLookupError, ValueError):
                pid = int(file.read_text().strip())
                os.kill(pid, SIGTERM)
                _gone(pid)
        shutil.rmtree(self.folder, ignore_errors=True)

    def logs(self) -> str:
        """Return what both have logged."""
        files = (self.folder / "postfix.log", self.folder / "dovecot.log")
        return "\n".join(file.read_text(errors="replace") for file in files if file.exists())

    def _write(self, people: tuple[str, ...]) -> None:
        folder, owner = self.folder, pwd.getpwnam(OWNER)
        folder.chmod(0o755)
        for name in ("postfix", "queue", "data", "boxes", "dovecot"):
            (folder / name).mkdir()
        shutil.chown(folder / "data", "postfix")
        shutil.chown(folder / "boxes", OWNER, OWNER)
        said = {
            "folder": folder,
            "smtp": self.smtp,
            "imap": self.imap,
            "uid": owner.pw_uid,
            "gid": owner.pw_gid,
        }
        (folder / "postfix/main.cf").write_text(MAIN_CF.format(**said))
        (folder / "postfix/master.cf").write_text(MASTER_CF.format(**said))
        (folder / "dovecot.conf").write_text(DOVECOT_CONF.format(**said))
        boxes = [f"{address} {address}/" for address in people]
        (folder / "postfix/boxes").write_text("\n".join(boxes) + "\n")
        lines = [f"{address}:{{PLAIN}}{PASSWORD}::::::" for address in people]
        (folder / "people").write_text("\n".join(lines) + "\n")


def _free(count: int) -> list[int]:
    sockets = [socket.socket() for _ in range(count)]
    for one in sockets:
        one.bind(("127.0.0.1", 0))
    ports = [int(one.getsockname()[1]) for one in sockets]
    for one in sockets:
        one.close()
    return ports


def _run(folder: Path, *command: str) -> None:
    # Into a file: what it starts keeps the way out open for as long as it runs.
    with (folder / "start.log").open("ab") as out:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=out, stderr=out)
    if done.returncode:
        raise RuntimeError(f"{command[0]}: {(folder / 'start.log').read_text()}")


def _gone(pid: int) -> None:
    until = time.monotonic() + _WAIT
    while time.monotonic() < until:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return
        time.sleep(0.1)
    os.kill(pid, SIGKILL)
