"""An SMTP server that takes what is sent, answers as told, and may be held up."""

import asyncio
import email.policy
import threading
from email.message import EmailMessage
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session


class Inbox:
    """What an SMTP server takes; it answers ``replies`` first, and may be held up."""

    def __init__(self, port: int) -> None:
        self.url = f"smtp://127.0.0.1:{port}?from=School%20%3Cschool@school.test%3E"
        self.messages: list[EmailMessage] = []
        self.recipients: list[list[str]] = []
        self.replies: list[str] = []
        self.refused: dict[str, str] = {}
        self.reached = threading.Event()
        self.held = False
        self.let_go = threading.Event()

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address in self.refused:
            return self.refused[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        if self.replies:
            return self.replies.pop(0)
        content: Any = envelope.content
        self.messages.append(email.message_from_bytes(content, policy=email.policy.default))
        self.recipients.append(envelope.rcpt_tos)
        self.reached.set()
        if self.held:
            await asyncio.to_thread(self.let_go.wait, 60)
        return "250 OK"
