#!/bin/bash
# Installs the headless desktop: a VNC server, a window manager, a terminal, noVNC to
# see it in a browser, fonts, and what a program without eyes needs: screenshots and
# the clipboard.
#
# The first of the two scripts of the desktop layer, and the slow one: it only
# installs, so that a change of the settings (desktop_setup.sh) is easy to read
# apart from it. Runs as root or as a user who may use sudo without a password, and
# asks nobody anything. The exact bytes of this file are part of the layer's key.

# Backticks in messages are for the person who reads them.
# shellcheck disable=SC2016
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
    if [ "$attempt" -eq 4 ]; then break; fi
    printf 'desktop install: attempt %s of 4 failed: %s\n' "$attempt" "$*" >&2
    sleep "$((attempt * 2))"
  done
  return 1
}

if [ "$(id -u)" -ne 0 ]; then
  command -v sudo >/dev/null || fail "installing needs root: \`$(id -un)\` is not root and there is no sudo; set the environment's user to root"
  sudo -n true 2>/dev/null || fail "installing needs root: \`$(id -un)\` may not use sudo without a password; set the environment's user to root"
fi

# ---------------------------------------------------------------- Debian, Ubuntu

# Names: `apt-cache show` on Debian 12, and what was installed there.
install_with_apt() {
  retry as_root apt-get -o Acquire::Retries=3 -o APT::Update::Error-Mode=any update -q \
    || fail 'the package list cannot be refreshed: `apt-get update` failed'
  retry as_root env DEBIAN_FRONTEND=noninteractive apt-get -o Acquire::Retries=3 install -y -q --no-install-recommends \
    tigervnc-standalone-server tigervnc-tools openbox xterm novnc websockify \
    fontconfig fonts-dejavu-core xclip scrot x11-utils \
    || fail '`apt-get install` failed, see its message above'
  as_root apt-get clean
  as_root find /var/lib/apt/lists -mindepth 1 -delete
}

# ---------------------------------------------------------------- Arch

# yay refuses to be root. Root lends the work to an account of the moment.
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

# Names: from memory of Arch's own repositories and, for the last two, of the AUR; no
# index of either could be asked.
install_with_pacman() {
  command -v yay >/dev/null || fail 'noVNC comes from the AUR on this system, and there is no yay to install it'
  # With -u: Arch does not support new packages on a system that is not up to date.
  retry as_root pacman -Syu --noconfirm || fail 'the system cannot be refreshed: `pacman -Syu` failed'
  retry as_root pacman -S --noconfirm --needed \
    tigervnc openbox xterm fontconfig ttf-dejavu xclip scrot xorg-xdpyinfo xorg-xprop xorg-xwininfo \
    || fail '`pacman -S` failed, see its message above'
  retry run_yay -S --noconfirm --needed --removemake --answerclean None --answerdiff None --answeredit None \
    websockify novnc || fail '`yay -S` failed, see its message above'
  # Not with -Scc, whose question --noconfirm answers with no.
  as_root find /var/cache/pacman/pkg -mindepth 1 -delete
  rm -rf "${XDG_CACHE_HOME:-$HOME/.cache}/yay"
}

# ---------------------------------------------------------------- Fedora, Rocky

# Names: from memory of Fedora's repositories, and of EPEL for the systems that need it;
# no index of either could be asked. Programs are named by their files where releases
# disagree about the package.
install_with_dnf() {
  local distribution screenshots=scrot
  # shellcheck disable=SC1091  # of the image
  distribution=$(. /etc/os-release && printf '%s' "$ID")
  if [ "$distribution" != fedora ]; then
    retry as_root dnf install -y epel-release || fail 'the repository EPEL, where noVNC and openbox are, cannot be added: `dnf install epel-release` failed'
    if [ -x /usr/bin/crb ]; then as_root /usr/bin/crb enable || fail 'the repository that EPEL builds on cannot be enabled: `crb enable` failed'; fi
    screenshots=/usr/bin/import
  fi
  retry as_root dnf makecache --refresh || fail 'the package list cannot be refreshed: `dnf makecache` failed'
  retry as_root dnf install -y --setopt=install_weak_deps=False --setopt=tsflags=nodocs \
    tigervnc-server-minimal openbox xterm novnc python3-websockify \
    fontconfig dejavu-sans-mono-fonts xclip "$screenshots" \
    /usr/bin/xdpyinfo /usr/bin/xprop /usr/bin/xwininfo /usr/bin/setsid \
    || fail '`dnf install` failed, see its message above'
  as_root dnf clean all
}

# ---------------------------------------------------------------- Alpine

# Names: the folders of these packages in the tree that Alpine is built from (aports,
# `community` and `main`).
install_with_apk() {
  retry as_root apk update || fail 'the package list cannot be refreshed: `apk update` failed'
  retry as_root apk add --no-cache \
    tigervnc openbox xterm novnc websockify \
    fontconfig font-dejavu xclip scrot xdpyinfo xprop xwininfo \
    || fail '`apk add` failed, see its message above'
  if [ -d /var/cache/apk ]; then as_root find /var/cache/apk -mindepth 1 -delete; fi
}

# ---------------------------------------------------------------- openSUSE

# Names: from memory of openSUSE's repositories; no index could be asked.
install_with_zypper() {
  retry as_root zypper --non-interactive --gpg-auto-import-keys refresh \
    || fail 'the package list cannot be refreshed: `zypper refresh` failed'
  retry as_root zypper --non-interactive install --no-recommends \
    xorg-x11-Xvnc openbox xterm novnc \
    fontconfig dejavu-fonts xclip scrot xdpyinfo xprop xwininfo \
    || fail '`zypper install` failed, see its message above'
  as_root zypper clean --all
}

# ---------------------------------------------------------------- all of them

if command -v apt-get >/dev/null; then
  install_with_apt
elif command -v pacman >/dev/null; then
  install_with_pacman
elif command -v dnf >/dev/null; then
  install_with_dnf
elif command -v apk >/dev/null; then
  install_with_apk
elif command -v zypper >/dev/null; then
  install_with_zypper
else
  fail 'this image has none of apt, pacman, dnf, apk and zypper; put an installation of your own into its place: `prebake desktop edit install`'
fi

# A package that moved a program elsewhere is told here and not by a black screen.
missing=()
for program in Xvnc vncpasswd openbox xterm websockify xclip xdpyinfo xprop xwininfo fc-cache setsid mkfifo base64; do
  command -v "$program" >/dev/null || missing+=("$program")
done
if ! command -v scrot >/dev/null && ! command -v import >/dev/null; then missing+=('scrot or import'); fi
if [ ! -e /usr/share/novnc/vnc.html ] && [ ! -e /usr/share/webapps/novnc/vnc.html ]; then
  missing+=('vnc.html of noVNC')
fi
if [ ${#missing[@]} -gt 0 ]; then
  fail "after the installation these are missing: $(printf '%s, ' "${missing[@]}" | sed 's/, $//')"
fi

# The font cache is valid for the exact times of the font folders, and an image keeps
# only their whole seconds: without this every task would read all fonts again. Some
# folders are links to others.
for folder in /usr/share/fonts /usr/local/share/fonts; do
  if [ -d "$folder" ]; then
    as_root find -L "$folder" -type d -exec touch -d '2000-01-01T00:00:00Z' {} +
  fi
done
as_root fc-cache
