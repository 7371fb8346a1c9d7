#!/bin/bash
# Installs the headless desktop: a VNC server, a window manager, a terminal, noVNC
# to see it in a browser, and what a program without eyes needs: screenshots and
# the clipboard.
#
# The first of the two scripts of the desktop layer, and the slow one: it only
# installs, so that a change of the settings (desktop_setup.sh) is easy to read
# apart from it. Runs as root or as a user who may use sudo without a password.
# The exact bytes of this file are part of the layer's key.
set -euo pipefail

fail() {
  printf 'desktop install: %s\n' "$*" >&2
  exit 1
}

as_root() {
  if [ "$(id -u)" -eq 0 ]; then
    "$@"
  else
    sudo -n "$@"
  fi
}

# Package mirrors are the part of a bake that fails for reasons of the moment.
retry() {
  local attempt
  for attempt in 1 2 3 4; do
    if "$@"; then return 0; fi
    printf 'desktop install: attempt %s of 4 failed: %s\n' "$attempt" "$*" >&2
    sleep "$((attempt * 2))"
  done
  return 1
}

if [ "$(id -u)" -ne 0 ]; then
  command -v sudo >/dev/null || fail "installing needs root: \`$(id -un)\` is not root and there is no sudo; set the environment's user to root"
  sudo -n true 2>/dev/null || fail "installing needs root: \`$(id -un)\` may not use sudo without a password; set the environment's user to root"
fi

install_with_apt() {
  retry as_root apt-get -o Acquire::Retries=3 -o APT::Update::Error-Mode=any update -q \
    || fail 'the package list cannot be refreshed: apt-get update failed'
  retry as_root env DEBIAN_FRONTEND=noninteractive apt-get -o Acquire::Retries=3 install -y -q --no-install-recommends \
    tigervnc-standalone-server openbox xterm novnc websockify \
    fonts-dejavu-core xclip scrot x11-utils \
    || fail 'apt-get install failed'
  as_root apt-get clean
  as_root find /var/lib/apt/lists -mindepth 1 -delete
}

# noVNC and websockify are not in Arch's own repositories, and yay, which builds
# them, refuses to be root. Root lends the work to an account of the moment.
run_yay() {
  if [ "$(id -u)" -ne 0 ]; then
    yay "$@"
    return
  fi
  useradd --create-home prebake-build
  printf 'prebake-build ALL=(ALL) NOPASSWD: ALL\n' >/etc/sudoers.d/prebake-build
  chmod 440 /etc/sudoers.d/prebake-build
  local status=0
  runuser -u prebake-build -- env HOME=/home/prebake-build yay "$@" || status=$?
  rm -f /etc/sudoers.d/prebake-build
  userdel --remove prebake-build
  return "$status"
}

install_with_pacman() {
  command -v yay >/dev/null || fail 'noVNC comes from the AUR on this system, and there is no yay to install it'
  # With -u: Arch does not support new packages on a system that is not up to date.
  retry as_root pacman -Syu --noconfirm || fail 'the system cannot be refreshed: pacman -Syu failed'
  retry as_root pacman -S --noconfirm --needed \
    tigervnc openbox xterm ttf-dejavu xclip scrot xorg-xdpyinfo xorg-xprop xorg-xwininfo \
    || fail 'pacman -S failed'
  retry run_yay -S --noconfirm --needed --removemake novnc websockify || fail 'yay -S failed'
  # Not with -Scc, whose question --noconfirm answers with no.
  as_root find /var/cache/pacman/pkg -mindepth 1 -delete
  rm -rf "${XDG_CACHE_HOME:-$HOME/.cache}/yay"
}

if command -v apt-get >/dev/null; then
  install_with_apt
elif command -v pacman >/dev/null; then
  install_with_pacman
else
  fail 'the desktop can be installed on images with apt or pacman, and this one has neither'
fi

# A package that moved a program elsewhere is told here and not by a black screen.
missing=()
for program in Xvnc openbox xterm websockify xclip scrot xdpyinfo xprop xwininfo; do
  command -v "$program" >/dev/null || missing+=("$program")
done
if [ ! -e /usr/share/novnc/vnc.html ] && [ ! -e /usr/share/webapps/novnc/vnc.html ]; then
  missing+=('vnc.html of noVNC')
fi
if [ ${#missing[@]} -gt 0 ]; then
  fail "after the installation these are missing: $(printf '%s, ' "${missing[@]}" | sed 's/, $//')"
fi

# The font cache is valid for the exact times of the font folders, and an image keeps
# only their whole seconds: without this every task would read all fonts again.
as_root find /usr/share/fonts -type d -exec touch -d '2000-01-01T00:00:00Z' {} +
as_root fc-cache
