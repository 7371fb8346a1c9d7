#!/bin/bash
# Configures the desktop that desktop_install.sh installed, and installs its start
# program, /usr/local/bin/prebake-desktop, which every task with a desktop calls.
#
# The second script of the desktop layer, apart from the first so that settings can
# be read without the package lists. Everything it writes is for all users of the
# image and lies outside of home folders, which tasks like to mount over. The exact
# bytes of this file are part of the layer's key, with the start program in it.
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

write /usr/local/bin/prebake-desktop 755 <<'PROGRAM'
#!/bin/bash
# Starts, stops and describes the headless desktop of a task.
#
#   prebake-desktop start   starts what does not run yet; returns when all of it is
#                           ready; prints nothing but errors
#   prebake-desktop env     prints lines to be evaluated by the shell of the task
#   prebake-desktop stop    ends it
#
# Settings: PREBAKE_DESKTOP_SIZE (1280x800), PREBAKE_DESKTOP_PORT (6080) and
# PREBAKE_DESKTOP_LISTEN (127.0.0.1) of the noVNC page. The VNC server itself has no
# network port, only a socket that no other user can open: it asks for no password.
set -euo pipefail

state=/tmp/prebake-desktop-$(id -u)
size=${PREBAKE_DESKTOP_SIZE:-1280x800}
port=${PREBAKE_DESKTOP_PORT:-6080}
listen=${PREBAKE_DESKTOP_LISTEN:-127.0.0.1}
share=/usr/local/share/prebake-desktop

fail() {
  printf 'prebake-desktop: %s\n' "$1" >&2
  if [ -n "${2:-}" ] && [ -s "$state/$2.log" ]; then tail -n 15 "$state/$2.log" | sed 's/^/    /' >&2; fi
  exit 1
}

# runs NAME: whether the part of that name was started here and is alive. One that has
# ended stays in the process table where the task's first process collects no children.
runs() {
  local stat
  [ -s "$state/$1.pid" ] || return 1
  stat=$(cat "/proc/$(cat "$state/$1.pid")/stat" 2>/dev/null) || return 1
  [[ ${stat##*) } != [ZX]* ]]
}

# launch NAME COMMAND...: in a session of its own, so that no signal meant for the
# task reaches it, and without the task's terminal.
launch() {
  local name=$1
  shift
  setsid "$@" </dev/null >"$state/$name.log" 2>&1 &
  printf '%s\n' "$!" >"$state/$name.pid"
}

# wait_for NAME CHECK...: until the part is ready, at most 20 seconds.
wait_for() {
  local name=$1 attempt
  shift
  for ((attempt = 0; attempt < 200; attempt++)); do
    if "$@" >/dev/null 2>&1; then return 0; fi
    runs "$name" || fail "$name ended while it was started, its output:" "$name"
    sleep 0.1
  done
  fail "$name was not ready after 20 seconds, its output:" "$name"
}

# It sets the list of windows when it has begun to answer. Before that, a program that
# asks it for a place waits for five seconds.
window_manager_is_there() { xprop -root _NET_CLIENT_LIST | grep -q 'window id'; }
# Mapped and managed, not only created: a screenshot taken next shows it.
terminal_is_there() { xprop -root _NET_CLIENT_LIST | grep -q 'window id # 0x'; }
answers_on() { (exec 3<>"/dev/tcp/$1/$2") 2>/dev/null; }

start() {
  umask 077
  mkdir -p "$state"
  [ -O "$state" ] || fail "the folder $state belongs to someone else"
  # Two starts at the same time would take the same display.
  exec 9>"$state/lock"
  if command -v flock >/dev/null; then flock -w 60 9 || fail 'another start is still busy after a minute'; fi
  local display web address=$listen

  if ! runs vnc; then
    for ((display = 1; display < 100; display++)); do
      if [ ! -e "/tmp/.X11-unix/X$display" ] && [ ! -e "/tmp/.X$display-lock" ]; then break; fi
    done
    printf ':%s\n' "$display" >"$state/display"
    rm -f "$state/vnc.socket"
    launch vnc Xvnc ":$display" -geometry "$size" -depth 24 -nolisten tcp -SecurityTypes None -AlwaysShared \
      -rfbport -1 -rfbunixpath "$state/vnc.socket" -desktop "${AGENTS_RUNNER_TASK_ID:-prebake}" 9>&-
  fi
  DISPLAY=$(cat "$state/display")
  export DISPLAY
  export XENVIRONMENT=$share/xterm
  wait_for vnc test -S "/tmp/.X11-unix/X${DISPLAY#:}"
  wait_for vnc xdpyinfo

  if ! runs openbox; then launch openbox openbox --config-file "$share/openbox.xml" 9>&-; fi
  wait_for openbox window_manager_is_there

  if ! runs xterm; then launch xterm xterm -geometry 100x30+40+40 -e "${SHELL:-/bin/bash}" -l 9>&-; fi
  wait_for xterm terminal_is_there

  if [ "$address" = 0.0.0.0 ]; then address=127.0.0.1; fi
  if ! runs novnc; then
    if answers_on "$address" "$port"; then fail "port $port is taken by another program, set PREBAKE_DESKTOP_PORT"; fi
    web=/usr/share/novnc
    [ -e "$web/vnc.html" ] || web=/usr/share/webapps/novnc
    launch novnc websockify --web "$web" --unix-target "$state/vnc.socket" "$listen:$port" 9>&-
    printf 'http://%s:%s/vnc.html?autoconnect=1&resize=remote\n' "$address" "$port" >"$state/url"
  fi
  wait_for novnc answers_on "$address" "$port"
}

describe() {
  runs vnc || fail 'the desktop does not run, start it with `prebake-desktop start`'
  printf 'export DISPLAY=%q\n' "$(cat "$state/display")"
  printf 'export XENVIRONMENT=%q\n' "$share/xterm"
  if [ -e "$state/url" ]; then printf 'export PREBAKE_DESKTOP_URL=%q\n' "$(cat "$state/url")"; fi
}

stop() {
  local name attempt
  for name in novnc xterm openbox vnc; do
    if ! runs "$name"; then continue; fi
    kill "$(cat "$state/$name.pid")" 2>/dev/null || true
    for ((attempt = 0; attempt < 50; attempt++)); do
      runs "$name" || break
      sleep 0.1
    done
    if runs "$name"; then kill -KILL "$(cat "$state/$name.pid")" 2>/dev/null || true; fi
    rm -f "$state/$name.pid"
  done
}

case "${1:-}" in
  start) start ;;
  env) describe ;;
  stop) stop ;;
  *) fail 'say `prebake-desktop start`, `prebake-desktop env` or `prebake-desktop stop`' ;;
esac
PROGRAM
