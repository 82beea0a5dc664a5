"""The server of tests/scripts/mail: see there."""

import argparse
import json
import ssl
import sys

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

options = argparse.ArgumentParser()
options.add_argument("run", nargs="?")
options.add_argument("--tls")
options.add_argument("--cert")
options.add_argument("--key")
options.add_argument("--user")
options.add_argument("--refuse", action="append", default=[])
options.add_argument("--defer", type=int, default=0)
options.add_argument("--port", type=int, default=0)
options = options.parse_args()
deferred = 0


class Handler:
    async def handle_RCPT(self, server, session, envelope, address, rcpt_options):
        if address in options.refuse:
            return "550 5.1.1 no such user here"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        global deferred
        if deferred < options.defer:
            deferred += 1
            return "451 4.3.0 come back later"
        content = envelope.content.decode("utf-8", "replace")
        print(json.dumps({"to": envelope.rcpt_tos, "from": envelope.mail_from, "content": content}), flush=True)
        return "250 OK"


def check(server, session, envelope, mechanism, data):
    user, password = (part.decode() for part in (data.login, data.password))
    return AuthResult(success=f"{user}={password}" == options.user)


tls = None
if options.tls:
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(options.cert, options.key)
of_server = {}
if options.tls == "starttls":
    of_server = {"tls_context": tls, "require_starttls": True}
if options.user:
    of_server |= {"authenticator": check, "auth_required": True, "auth_require_tls": options.tls == "starttls"}


class OnAnyPort(Controller):
    def _trigger_server(self):
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


of_connection = {"ssl_context": tls} if options.tls == "implicit" else {}
controller = OnAnyPort(Handler(), hostname="127.0.0.1", port=options.port, **of_connection, **of_server)
controller.start()
print(f"ready {controller.port}", flush=True)
sys.stdin.read()
controller.stop()
