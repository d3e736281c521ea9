"""A mail server on this machine for the tests: takes mail, checks logins, speaks TLS, and tells what it got.

It says its port on the first line, then each mail as JSON on a line of its own, and ends when its standard input does.
"""

import argparse
import asyncio
import json
import ssl
import sys

from aiosmtpd.smtp import SMTP, AuthResult

REFUSED = {
    "nobody@example.com": "550 5.1.1 there is nobody of that name",
    "later@example.com": "451 4.7.1 try again later",
}


class Handler:
    async def handle_RCPT(self, server, session, envelope, address, options):
        if address in REFUSED:
            return REFUSED[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        print(
            json.dumps(
                {
                    "from": envelope.mail_from,
                    "to": envelope.rcpt_tos,
                    "data": envelope.content.decode("utf-8"),
                    "tls": session.ssl is not None,
                    "user": session.auth_data,
                    "peer": session.peer[0],
                }
            ),
            flush=True,
        )
        return "250 2.0.0 queued as 42"


def authenticate(server, session, envelope, mechanism, data):
    user, password = data.login.decode(), data.password.decode()
    good = (user, password) == ("bot", "correct horse")
    return AuthResult(success=good, handled=False, auth_data=user)


async def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("mode", choices=["plain", "starttls", "tls"])
    parser.add_argument("--certificate")
    parser.add_argument("--key")
    options = parser.parse_args()
    context = None
    if options.certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(options.certificate, options.key)
    is_wrapped = options.mode == "tls"
    wants_login = options.mode != "plain"

    def serve():
        return SMTP(
            Handler(),
            hostname="localhost",
            tls_context=context if options.mode == "starttls" else None,
            require_starttls=options.mode == "starttls",
            auth_required=wants_login,
            auth_require_tls=options.mode == "starttls",
            authenticator=authenticate if wants_login else None,
            enable_SMTPUTF8=True,
        )

    loop = asyncio.get_running_loop()
    server = await loop.create_server(serve, "127.0.0.1", 0, ssl=context if is_wrapped else None)
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)


asyncio.run(main())
