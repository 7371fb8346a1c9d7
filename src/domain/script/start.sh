# Runs what is left to the task start, sources the settings preflight and the run preflight, then
# becomes the command, so that their exports and their working directory reach it.
__prebake_nonce=$1
shift
__prebake_command=("$@")
# The command's words are no arguments of the preflights, which have none in a bake either.
set --
exec {__prebake_log}>&2 {__prebake_out}>&1
__prebake_mark() { builtin printf '\036%s %s\n' "$__prebake_nonce" "$*" >&"$__prebake_log"; }
__prebake_mark "begin ${EPOCHREALTIME-}"
for __prebake_stage in desktop_install.sh desktop_setup.sh cached_preflight.sh; do
  [[ -f /tmp/.prebake/$__prebake_stage ]] || continue
  __prebake_mark "stage $__prebake_stage"
  # In the folder and with the variables of a bake.
  (
    eval "${PREBAKE_STAGE_SETUP-}" || builtin exit
    unset "${!PREBAKE_@}"
    exec {__prebake_log}>&- {__prebake_out}>&-
    BASH_ENV=/tmp/.prebake/trace.sh exec bash "/tmp/.prebake/$__prebake_stage"
  )
  __prebake_code=$?
  if [[ $__prebake_code -ne 0 && ${PREBAKE_DEGRADED-} ]]; then
    __prebake_mark "forgiven $__prebake_stage $__prebake_code"
  elif [[ $__prebake_code -ne 0 ]]; then
    __prebake_mark "failed $__prebake_stage $__prebake_code"
    builtin exit 125
  fi
done
if [[ ${PREBAKE_DESKTOP-} ]]; then
  __prebake_mark 'stage desktop'
  __prebake_code=1
  # Where its bake failed there may be nothing to start, which is no news.
  if [[ ! ${PREBAKE_DEGRADED-} ]] || builtin type -P prebake-desktop >/dev/null; then
    # Whoever sits at it need not read what is meant for this program.
    (
      unset PREBAKE_DEGRADED PREBAKE_DESKTOP PREBAKE_STAGE_SETUP
      unset PREBAKE_RUN_PREFLIGHT PREBAKE_SETTINGS_PREFLIGHT
      exec prebake-desktop start {__prebake_log}>&- {__prebake_out}>&-
    ) && __prebake_mark desktop
    __prebake_code=$?
  fi
  if [[ $__prebake_code -ne 0 && ${PREBAKE_DEGRADED-} ]]; then
    __prebake_mark 'forgiven desktop 1'
  elif [[ $__prebake_code -ne 0 ]]; then
    __prebake_mark 'failed desktop 1'
    builtin exit 125
  fi
fi
__prebake_settings=${PREBAKE_SETTINGS_PREFLIGHT-}
__prebake_text=${PREBAKE_RUN_PREFLIGHT-}
__prebake_exports=
[[ ! ${PREBAKE_DESKTOP-} || $__prebake_code -ne 0 ]] || __prebake_exports=$(prebake-desktop env)
unset "${!PREBAKE_@}"
eval "$__prebake_exports"
if [[ -f /tmp/.prebake/settings_preflight.sh ]]; then
  __prebake_settings=$(cat /tmp/.prebake/settings_preflight.sh; echo x)
  __prebake_settings=${__prebake_settings%x}
fi
if [[ -f /tmp/.prebake/run_preflight.sh ]]; then
  __prebake_text=$(cat /tmp/.prebake/run_preflight.sh; echo x)
  __prebake_text=${__prebake_text%x}
fi
[[ ! -e /tmp/.prebake ]] || rm -rf /tmp/.prebake

# Begins a preflight, which is sourced next.
__prebake_begin() {
  __prebake_stage=$1
  __prebake_top=0 __prebake_line=0 __prebake_told=0 __prebake_next=0 __prebake_new=0
  __prebake_mark "stage $1"
  trap '__prebake_finish "$?"' EXIT
  trap 'builtin exit 143' TERM
  trap 'builtin exit 130' INT
}
# Ends a preflight. A trap of its own on EXIT runs first, as it would in a script. A settings
# preflight that came to its end (`sourced`) goes on where it was sourced; one that called `exit`
# cannot, so that the run preflight is sourced here.
__prebake_finish() {
  local __prebake_own __prebake_ended=$1
  { set +eux; } 2>/dev/null
  __prebake_own=$(trap -p EXIT)
  trap - EXIT DEBUG TERM INT
  if [[ $__prebake_own && $__prebake_own != *__prebake_finish* ]]; then
    eval "set -- $__prebake_own"
    eval "$3"
  fi
  if [[ $__prebake_ended -ne 0 ]]; then
    __prebake_leave
    __prebake_mark "failed $__prebake_stage $__prebake_ended"
    builtin exit 125
  fi
  if [[ $__prebake_stage == settings_preflight.sh ]]; then
    __prebake_leave
    { set +o pipefail; } 2>/dev/null
    __prebake_stage=''
    [[ ${2-} != sourced ]] || return 0
    if [[ $__prebake_text ]]; then
      __prebake_begin run_preflight.sh
      # shellcheck disable=SC1090
      source <(builtin printf '%s' "trap '@TRAP@' DEBUG; $__prebake_text")
      __prebake_code=$?
      __prebake_finish "$__prebake_code"
    fi
  fi
  # On both streams: whatever follows it on a stream is the command's.
  __prebake_mark "command ${EPOCHREALTIME-}"
  builtin printf '\036%s command \n' "$__prebake_nonce" >&"$__prebake_out"
  [[ ${#__prebake_command[@]} -gt 0 ]] || builtin exit 0
  exec {__prebake_log}>&- {__prebake_out}>&-
  unset -f exit
  # Under `set -a` a preflight exports whatever is assigned meanwhile.
  export -n "${!__prebake_@}"
  if ! builtin type -P -- "${__prebake_command[0]}" >/dev/null; then
    if [[ -e ${__prebake_command[0]} ]]; then
      builtin printf 'prebake: command `%s` cannot be executed\n' "${__prebake_command[0]}" >&2
      builtin exit 126
    fi
    builtin printf 'prebake: command `%s` is not in the image\n' "${__prebake_command[0]}" >&2
    builtin exit 127
  fi
  exec -- "${__prebake_command[@]}"
}
exit() {
  local __prebake_ended=${1-$?}
  if [[ $BASH_SUBSHELL -gt 0 ]]; then builtin exit "$__prebake_ended"; fi
  __prebake_finish "$__prebake_ended"
}
@TRACE@
# The trap on DEBUG stands on a script's own first line, so that line numbers stay the script's.
if [[ $__prebake_settings ]]; then
  __prebake_begin settings_preflight.sh
  # shellcheck disable=SC1090
  source <(builtin printf '%s' "trap '@TRAP@' DEBUG; $__prebake_settings")
  __prebake_code=$?
  __prebake_finish "$__prebake_code" sourced
fi
if [[ $__prebake_text ]]; then
  __prebake_begin run_preflight.sh
  # shellcheck disable=SC1090
  source <(builtin printf '%s' "trap '@TRAP@' DEBUG; $__prebake_text")
  __prebake_code=$?
  __prebake_finish "$__prebake_code"
fi
__prebake_stage=''
__prebake_finish 0
