"""Reports as servers write them: delivery (RFC 3464) and complaints (RFC 5965)."""

from __future__ import annotations

from email import message_from_bytes, policy


def bounce(
    to: str, *, action: str = "failed", status: str = "5.1.1", diagnostic: str = "", copy: str = ""
) -> bytes:
    said = diagnostic or f"smtp; {status.replace('.', '')} {status} no such user here"
    return f"""\
Return-Path: <>
Received: from mx.post.example by mail.aldgrove.example; Sun, 22 Nov 2026 12:00:00 +0000
From: Mail Delivery System <mailer-daemon@mx.post.example>
To: {to}
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b1"

--b1
Content-Type: text/plain

This is the mail system at host mx.post.example.

--b1
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.post.example
Arrival-Date: Sun, 22 Nov 2026 11:59:59 +0000

Final-Recipient: rfc822; anna@post.example
Action: {action}
Status: {status}
Diagnostic-Code: {said}

--b1
Content-Type: message/rfc822

{copy or "From: shop@aldgrove.example"}
Subject: News

A kettle.
--b1--
""".replace("\n", "\r\n").encode()


def complaint(inner: str, kind: str = "abuse") -> bytes:
    return f"""\
From: feedback@post.example
To: abuse@aldgrove.example
Subject: complaint
MIME-Version: 1.0
Content-Type: multipart/report; report-type=feedback-report; boundary="b2"

--b2
Content-Type: text/plain

This is an email abuse report.

--b2
Content-Type: message/feedback-report

Feedback-Type: {kind}
User-Agent: SomeProvider/1.0
Version: 1

--b2
Content-Type: message/rfc822

{inner}
Subject: News

A kettle.
--b2--
""".replace("\n", "\r\n").encode()


def parsed(raw: bytes) -> object:
    return message_from_bytes(raw, policy=policy.default)
