#!/bin/bash
# Starts, watches, photographs and ends the headless desktop of a task.
#
#   prebake-desktop start   starts it, unless it runs; returns when all of it is ready
#   prebake-desktop env     prints lines to be evaluated by the shell of the task
#   prebake-desktop shot    writes a picture of it, a PNG, to standard output
#   prebake-desktop stop    ends it
#
# Settings: PREBAKE_DESKTOP_GEOMETRY (1280x800), PREBAKE_DESKTOP_DEPTH (24),
# PREBAKE_DESKTOP_PORT (6080) of the noVNC page, and PREBAKE_DESKTOP_FOLDER.
#
# The folder is for its user alone. In it are the logs of the parts (vnc.log, openbox.log,
# xterm.log, novnc.log), desktop.log of what became of them, and `access`: what opens the
# page, there as long as the page works. Token and password are made anew at each start
# and are nowhere else, neither in a variable nor among the arguments of a program.
#
# The parts are watched by a process of their own, in a session of its own so that no
# signal meant for the task reaches it. It sleeps until it is told something: by a part
# that it is ready, or by whoever waits for a part that it has ended.

# Backticks in messages are for the person who reads them.
# shellcheck disable=SC2016
set -uo pipefail

folder=${PREBAKE_DESKTOP_FOLDER:-/tmp/.prebake-desktop-${TASK_ID:-$(id -u)}}
export PREBAKE_DESKTOP_FOLDER=$folder
geometry=${PREBAKE_DESKTOP_GEOMETRY:-1280x800}
depth=${PREBAKE_DESKTOP_DEPTH:-24}
port=${PREBAKE_DESKTOP_PORT:-6080}
share=/usr/local/share/prebake-desktop

# How often a part is started again that ends within a minute.
most_restarts=3

fail() {
  printf 'prebake-desktop: %s\n' "$1" >&2
  if [ -n "${2:-}" ] && [ -s "$folder/$2.log" ]; then tail -n 15 "$folder/$2.log" | sed 's/^/    /' >&2; fi
  exit 1
}

title() {
  case $1 in
    vnc) echo 'X server' ;;
    openbox) echo 'window manager' ;;
    xterm) echo 'terminal' ;;
    novnc) echo 'noVNC page' ;;
  esac
}

# alive NAME: whether the process of that name runs. One that has ended stays in the process
# table where the task's first process collects no children.
alive() {
  local pid stat
  pid=$(cat "$folder/$1.pid" 2>/dev/null) && [ -n "$pid" ] || return 1
  stat=$(cat "/proc/$pid/stat" 2>/dev/null) || return 1
  [[ ${stat##*) } != [ZX]* ]]
}

# Opened for both directions, which never waits for a reader.
tell() { printf '%s\n' "$*" 1<>"$folder/events"; }

# ---------------------------------------------------------------- the parts

# The server takes the first free display and says which; after a crash it gets the same
# one again. It has no network port, only a socket that no other user can open; its list
# of bad guests is off because all guests come through the one door and look alike.
run_vnc() {
  local display=()
  if [ -s "$folder/display" ]; then display=("$(cat "$folder/display")"); fi
  exec 3> >(read -r number && tell "vnc ready :$number")
  exec Xvnc "${display[@]}" -displayfd 3 -geometry "$geometry" -depth "$depth" -nolisten tcp \
    -SecurityTypes VncAuth -PasswordFile "$folder/passwd" -UseBlacklist=0 -AlwaysShared \
    -rfbport -1 -rfbunixpath "$folder/vnc.socket" -desktop "${TASK_ID:-prebake}"
}

# Before the manager has begun to answer, a program that asks it for a place waits for
# five seconds; it runs the start-up command when it has.
run_openbox() {
  exec openbox --config-file "$share/openbox.xml" --startup "$0 told openbox ready"
}

# Its shell begins when its window is on the screen (`waitForMap` in the settings).
run_xterm() {
  exec xterm -title Terminal -geometry 100x30+40+40 -e "$0" shell
}

run_novnc() {
  local python page=/usr/share/novnc
  [ -e "$page/vnc.html" ] || page=/usr/share/webapps/novnc
  # The interpreter that websockify itself runs with is the one that can import it.
  read -r python <"$(command -v websockify)"
  # shellcheck disable=SC2086  # it may have an argument
  exec ${python#\#!} "$share/door.py" "$folder" "$page" "$port"
}

# ---------------------------------------------------------------- the watcher

declare -A waiter=() began=() restarts=() ready=()

note() { printf '%(%FT%T%z)T %s\n' -1 "$*" >>"$folder/desktop.log"; }

# To the person, on the standard error of the task.
say() {
  note "$*"
  printf 'prebake: %s\n' "$*" >&2
}

launch() {
  note "starting $1"
  (
    exec {events}>&- {answer}>&-
    "run_$1" </dev/null >>"$folder/$1.log" 2>&1 &
    printf '%s\n' "$!" >"$folder/$1.pid"
    wait "$!"
    tell "$1 ended $? $BASHPID"
  ) 2>>"$folder/desktop.log" &
  waiter[$1]=$!
  began[$1]=$SECONDS
  ready[$1]=
}

end_parts() {
  local part
  for part in novnc xterm openbox vnc; do
    if alive "$part"; then kill "$(cat "$folder/$part.pid")"; fi
    waiter[$part]=
  done
}

# Without the server or the page, what opens the desktop leads nowhere any more.
give_up() {
  local why
  why="the desktop's $(title "$1") ended again and again (exit $2) and is not started any more; its log is \`$folder/$1.log\` in the container"
  case $1 in
    vnc | novnc)
      rm -f "$folder/access"
      printf '%s\n' "$why" >"$folder/failed"
      ;;
  esac
  say "$why"
}

# What is ready lets the next one begin; when all parts are, `start` is answered.
on_ready() {
  local part=$1
  ready[$part]=1
  note "$part is ready"
  case $part in
    access)
      launch novnc
      return
      ;;
    vnc)
      printf '%s\n' "$2" >"$folder/display"
      export DISPLAY=$2
      launch openbox
      ;;
    openbox) if [ -z "${waiter[xterm]-}" ] && [ -z "${closed-}" ]; then launch xterm; fi ;;
  esac
  if [ -n "$answered" ]; then return; fi
  for part in vnc openbox xterm novnc; do
    if [ -z "${ready[$part]-}" ]; then return; fi
  done
  mv "$folder/access.new" "$folder/access"
  answered=1
  printf 'ready\n' >&"$answer"
  exec {answer}>&-
}

on_ended() {
  local part=$1 code=$2
  # Of one that was replaced meanwhile.
  if [ "${waiter[$part]-}" != "$3" ]; then return; fi
  waiter[$part]=
  note "$part ended ($code)"
  if [ -z "$answered" ]; then
    printf 'failed %s\n' "$part" >&"$answer"
    end_parts
    exit 1
  fi
  case $part in
    xterm | openbox)
      # It goes with the server, whose own end is told in a moment.
      if ! timeout 5 xprop -root _NET_SUPPORTING_WM_CHECK >/dev/null 2>&1; then return; fi
      # A terminal that ends well was closed by whoever used it.
      if [ "$part" = xterm ] && [ "$code" -eq 0 ]; then
        closed=1
        return
      fi
      ;;
    vnc) waiter[openbox]='' waiter[xterm]='' closed='' ;;
  esac
  if [ $((SECONDS - began[$part])) -ge 60 ]; then restarts[$part]=0; fi
  restarts[$part]=$((${restarts[$part]:-0} + 1))
  if [ "${restarts[$part]}" -gt "$most_restarts" ]; then
    give_up "$part" "$code"
    if [ "$part" = vnc ]; then
      end_parts
      exit 1
    fi
    return
  fi
  local loss=''
  if [ "$part" = vnc ]; then loss=', the windows that were open are lost'; fi
  say "the desktop's $(title "$part") ended (exit $code) and is started again$loss"
  launch "$part"
}

watch() {
  local events answer answered='' closed='' part what detail who
  # What is written to standard output is read by `start`.
  exec {answer}>&1 1>>"$folder/desktop.log"
  printf '%s\n' "$$" >"$folder/watch.pid"
  export XENVIRONMENT=$share/xterm
  exec {events}<>"$folder/events"
  launch vnc
  while read -r part what detail who <&"$events"; do
    case $what in
      ready) on_ready "$part" "$detail" ;;
      ended) on_ended "$part" "$detail" "$who" ;;
      stop)
        end_parts
        exit 0
        ;;
    esac
  done
}

# ---------------------------------------------------------------- what can be asked for

# random BYTES: as text that is its own spelling in a URL.
random() { head -c "$1" /dev/urandom | base64 | tr '+/' '-_'; }

start() {
  local answer events word='' part='' token password
  if alive watch; then return; fi
  umask 077
  mkdir -p "$folder"
  [ -O "$folder" ] || fail "the folder \`$folder\` belongs to someone else, set PREBAKE_DESKTOP_FOLDER"
  rm -f "$folder"/{access,access.new,failed,display,events} "$folder"/*.pid
  mkfifo "$folder/events" || fail "a pipe cannot be made in \`$folder\`"
  # Held open, so that what is told before the watcher listens is not lost.
  exec {events}<>"$folder/events"
  exec {answer}< <(exec {events}>&- && exec setsid "$0" watch)
  # While the X server begins, which asks for the password only when a guest comes: eight
  # characters, all that this kind has; the token in front of it has 32.
  token=$(random 24) password=$(random 6)
  printf '%s' "$token" >"$folder/token"
  if ! printf '%s\n' "$password" | vncpasswd -f >"$folder/passwd"; then
    tell 'all stop'
    read -r -t 10 word <&"$answer"
    fail 'the password cannot be set: vncpasswd failed'
  fi
  printf 'port=%s\ntoken=%s\npassword=%s\n' "$port" "$token" "$password" >"$folder/access.new"
  tell 'access ready'
  if ! read -r -t 30 word part <&"$answer"; then
    stop
    fail 'the desktop was not ready after 30 seconds, what was done:' desktop
  fi
  exec {answer}<&- {events}>&-
  [ "$word" = ready ] || fail "the $(title "$part") ended while it was started, its output:" "$part"
}

describe() {
  alive watch || fail 'the desktop does not run, start it with `prebake-desktop start`'
  printf 'export DISPLAY=%q XENVIRONMENT=%q PREBAKE_DESKTOP_FOLDER=%q\n' \
    "$(cat "$folder/display")" "$share/xterm" "$folder"
}

shot() {
  local picture
  alive watch || fail 'the desktop does not run, start it with `prebake-desktop start`'
  DISPLAY=$(cat "$folder/display") || fail 'the X server has not begun to answer'
  export DISPLAY
  picture=$(mktemp -d "$folder/shot.XXXXXX")/shot.png
  if command -v scrot >/dev/null; then
    scrot --silent "$picture" >&2
  else
    import -window root "$picture" >&2
  fi || fail 'no picture could be taken'
  cat "$picture"
  rm -r "${picture%/*}"
}

stop() {
  local attempt
  if ! alive watch; then return 0; fi
  tell 'all stop'
  for ((attempt = 0; attempt < 100; attempt++)); do
    alive watch || return 0
    sleep 0.05
  done
  kill -KILL "$(cat "$folder/watch.pid")"
}

case "${1:-}" in
  start) start ;;
  env) describe ;;
  shot) shot ;;
  stop) stop ;;
  # Of the parts, to the watcher.
  watch) watch ;;
  told) tell "${@:2}" ;;
  shell)
    tell 'xterm ready'
    exec "${SHELL:-/bin/bash}" -l
    ;;
  *) fail 'say `prebake-desktop` with start, env, shot or stop' ;;
esac
