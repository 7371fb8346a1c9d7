"""The door to a task's desktop: noVNC's page for whoever asks, the desktop for who has the token.

Called with the desktop's folder, the folder of the page and the port. A program of its own
and not the `websockify` command because that writes each request with its token into its
log, and tells nobody when it is ready.
"""

import hmac
import io
import logging
import os
import re
import sys
import warnings
from urllib.parse import parse_qs, urlsplit

# What a browser sends are keys and clicks, for which websockify needs no numpy, and
# importing it takes longer than all the rest.
sys.modules["numpy"] = None
warnings.simplefilter("ignore")

from websockify.websocketproxy import ProxyRequestHandler, WebSocketProxy  # noqa: E402

# A browser gives up what it loads when a network of its machine changes, which each start of a
# container does, and noVNC's page then stays blank, bare or without a connection. It is loaded
# again a few times, as long as no connection was open: from then on it is the person's.
AGAIN = b"""<script>
(() => {
  if (!/[#&?]autoconnect=(1|true)/.test(location.href)) return;
  const name = "prebake.tries";
  let timer, opened = false;
  const again = () => {
    timer ??= setTimeout(() => {
      try {
        const tries = Number(sessionStorage.getItem(name));
        if (tries >= 3) return;
        sessionStorage.setItem(name, tries + 1);
      } catch {
        // Without a place to count in it would never end.
        return;
      }
      location.reload();
    }, 300);
  };
  addEventListener("error", ({ target }) => {
    if (target.localName !== "script" && target.rel !== "stylesheet") return;
    const [loaded] = performance.getEntriesByName(target.src || target.href);
    // What is not here is not there the next time, either.
    if (!(loaded?.responseStatus >= 400)) again();
  }, true);
  const construct = (Plain, given) => {
    const socket = new Plain(...given);
    socket.addEventListener("open", () => {
      opened = true;
      if (timer) return;
      try {
        sessionStorage.removeItem(name);
      } catch {}
    });
    socket.addEventListener("error", () => opened || again());
    return socket;
  };
  window.WebSocket = new Proxy(WebSocket, { construct });
})();
</script>
"""


class Guest(ProxyRequestHandler):
    """One connection."""

    def send_head(self):
        if urlsplit(self.path).path != "/vnc.html":
            return super().send_head()
        with open(self.translate_path(self.path), "rb") as page:
            page = page.read().replace(b"<head>", b"<head>" + AGAIN, 1)
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(page)))
        self.end_headers()
        return io.BytesIO(page)

    def validate_connection(self):
        given = parse_qs(urlsplit(self.path).query).get("token", [""])[0]
        if not hmac.compare_digest(given.encode(), self.server.token):
            self.send_error(403, "the token is wrong")
            raise self.server.EClose("a guest without the token was turned away")

    def log_message(self, format, *args):
        super().log_message("%s", re.sub(r"\?[^\s'\"]*", "?...", format % args))


class Door(WebSocketProxy):
    """All connections."""

    def __init__(self, folder, page, port):
        with open(os.path.join(folder, "token"), "rb") as token:
            self.token = token.read()
        self.events = os.path.join(folder, "events")
        # An address of the container: what the engine forwards comes from its network.
        super().__init__(
            RequestHandlerClass=Guest,
            listen_host="0.0.0.0",
            listen_port=port,
            unix_target=os.path.join(folder, "vnc.socket"),
            web=page,
            file_only=True,
        )

    def started(self):
        super().started()
        with open(self.events, "r+b", buffering=0) as events:
            events.write(b"novnc ready\n")


if __name__ == "__main__":
    logging.basicConfig(format="%(asctime)s %(message)s", level=logging.INFO)
    Door(sys.argv[1], sys.argv[2], int(sys.argv[3])).start_server()
