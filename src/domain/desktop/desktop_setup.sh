#!/bin/bash
# Configures the desktop that desktop_install.sh installed, and puts its two programs
# into place: /usr/local/bin/prebake-desktop, which every task with a desktop calls,
# and the door that it opens to browsers.
#
# The second script of the desktop layer, apart from the first so that settings can
# be read without the package lists. Everything it writes is for all users of the
# image and lies outside of home folders, which tasks like to mount over. The exact
# bytes of this file are part of the layer's key, with the programs in it.

# Backticks in messages are for the person who reads them.
# shellcheck disable=SC2016
set -euo pipefail

share=/usr/local/share/prebake-desktop

as_root() {
  if [ "$(id -u)" -eq 0 ]; then
    "$@"
  else
    sudo -n "$@"
  fi
}

# write PATH MODE <CONTENT
write() {
  as_root mkdir -p "$(dirname "$1")"
  as_root tee "$1" >/dev/null
  as_root chmod "$2" "$1"
}

write "$share/xterm" 644 <<'RESOURCES'
XTerm*faceName: DejaVu Sans Mono
XTerm*faceSize: 11
XTerm*background: #1c1c1c
XTerm*foreground: #dddddd
XTerm*saveLines: 10000
XTerm*selectToClipboard: true
XTerm*utf8: 1
XTerm*waitForMap: true
RESOURCES

write "$share/menu.xml" 644 <<'MENU'
<?xml version="1.0" encoding="UTF-8"?>
<openbox_menu xmlns="http://openbox.org/3.4/menu">
  <menu id="root-menu" label="Desktop">
    <item label="Terminal"><action name="Execute"><execute>xterm</execute></action></item>
    <menu id="client-list-combined-menu"/>
    <item label="Read settings again"><action name="Reconfigure"/></item>
  </menu>
</openbox_menu>
MENU

# The distribution's own settings of openbox, with one desktop instead of four and
# the menu above instead of one that lists programs which are not there.
sed -e "s|<file>menu.xml</file>|<file>$share/menu.xml</file>|" \
  -e '/<file>.*debian-menu.xml<\/file>/d' \
  -e 's|<number>4</number>|<number>1</number>|' \
  /etc/xdg/openbox/rc.xml | write "$share/openbox.xml" 644

# A websockify that the door cannot be built on is told here and not by a page that never
# comes. The interpreter is the one that websockify itself runs with.
read -r python <"$(command -v websockify)"
# shellcheck disable=SC2086  # it may have an argument
${python#\#!} -W ignore -c 'import sys
sys.modules["numpy"] = None
from websockify.websocketproxy import ProxyRequestHandler, WebSocketProxy' || {
  printf 'desktop setup: `%s` cannot import websockify, see its message above\n' "${python#\#!}" >&2
  exit 1
}

# The server makes it itself, but not as anybody's but root's, which it then complains about.
as_root mkdir -p /tmp/.X11-unix
as_root chmod 1777 /tmp/.X11-unix
