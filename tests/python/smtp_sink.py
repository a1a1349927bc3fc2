"""A real SMTP server that delivers to whoever started it.

    smtp_sink.py [--user NAME --password TEXT] [--starttls | --tls] [--reject ADDRESS]... [--answer ADDRESS TEXT]...
        [--port PORT]

The first line of output is JSON: {"port"}, and with TLS also "ca", the PEM certificate a client must trust (it names localhost and
127.0.0.1). Then every message received is one line: {"from", "to", "subject", "body", "headers", "tls", "user", "answer"}. The end of
the input ends the program, so it cannot outlive the test that started it.

    --user, --password   refuse mail from clients that have not logged in as this user
    --starttls           refuse mail from clients that have not upgraded the connection
    --tls                speak TLS from the first byte on
    --reject ADDRESS     refuse this recipient with 550
    --answer ADDRESS TEXT
                         say this to the first message to this recipient that has come as a whole; more of them are for those that follow
    --port PORT          listen here in place of a free port
"""

import argparse
import asyncio
import email
import email.policy
import hmac
import json
import logging
import ssl
import sys
import tempfile
import warnings

from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword
from fakepve.certs import make_cert


def arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("--user")
    parser.add_argument("--password")
    parser.add_argument("--starttls", action="store_true")
    parser.add_argument("--tls", action="store_true")
    parser.add_argument("--reject", action="append", default=[])
    parser.add_argument("--answer", action="append", default=[], nargs=2, metavar=("ADDRESS", "TEXT"))
    parser.add_argument("--port", type=int, default=0)
    options = parser.parse_args()
    if (options.user is None) != (options.password is None):
        parser.error("--user and --password go together")
    if options.starttls and options.tls:
        parser.error("--starttls and --tls exclude each other")
    return options


def self_signed():
    """A server context and the certificate a client must trust."""
    with tempfile.TemporaryDirectory() as directory:
        cert, key, _ = make_cert(directory, name="smtp-sink")
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(cert, key)
        with open(cert, encoding="ascii") as file:
            return context, file.read()


class Sink:
    def __init__(self, options):
        self.options = options
        self.answers = list(options.answer)

    def answer(self, recipients):
        for number, (address, text) in enumerate(self.answers):
            if address in recipients:
                del self.answers[number]
                return text
        return "250 Message accepted for delivery"

    async def handle_RCPT(self, server, session, envelope, address, rcpt_options):
        if address in self.options.reject:
            return "550 5.1.1 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        body = message.get_body(preferencelist=("plain", "html"))
        page = message.get_body(preferencelist=("html",))
        login = session.auth_data.login.decode() if isinstance(session.auth_data, LoginPassword) else None
        answer = self.answer(envelope.rcpt_tos)
        received = {
            "from": envelope.mail_from,
            "to": envelope.rcpt_tos,
            "subject": message["subject"],
            "body": body.get_content().replace("\r\n", "\n") if body else "",
            "html": page.get_content().replace("\r\n", "\n") if page else None,
            "headers": dict(message.items()),
            "tls": self.options.tls or session.ssl is not None,
            "user": login,
            "answer": answer,
        }
        print(json.dumps(received, default=str), flush=True)
        return answer


def authenticator(options):
    def check(server, session, envelope, mechanism, auth_data):
        wanted = LoginPassword(options.user.encode(), options.password.encode())
        right = isinstance(auth_data, LoginPassword) and all(hmac.compare_digest(*pair) for pair in zip(auth_data, wanted))
        # handled=False: the server itself answers 535.
        return AuthResult(success=right, handled=False, auth_data=auth_data)

    return check


async def main():
    options = arguments()
    # aiosmtpd warns of passwords without TLS, which is what a test of that case wants, and of its own old names.
    warnings.simplefilter("ignore")
    logging.getLogger("mail.log").setLevel(logging.ERROR)
    context, ca = self_signed() if options.starttls or options.tls else (None, None)
    sink = Sink(options)

    def connection():
        return SMTP(
            sink,
            hostname="smtp-sink.test",
            enable_SMTPUTF8=True,
            tls_context=context if options.starttls else None,
            require_starttls=options.starttls,
            auth_required=options.user is not None,
            auth_require_tls=options.starttls,
            authenticator=authenticator(options) if options.user is not None else None,
        )

    loop = asyncio.get_running_loop()
    server = await loop.create_server(connection, "127.0.0.1", options.port, ssl=context if options.tls else None)
    first = {"port": server.sockets[0].getsockname()[1]}
    if ca:
        first["ca"] = ca
    print(json.dumps(first), flush=True)
    await asyncio.to_thread(sys.stdin.read)
    server.close()


if __name__ == "__main__":
    asyncio.run(main())
