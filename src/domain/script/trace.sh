# Lets a script tell which line runs, by markers in the log. A line not reached before is always
# told, up to the thousandth; otherwise at most one line every 10 ms, and the last one on leaving.
# Line 1 after later lines is a trap on EXIT: what was not told yet is told then.
__prebake_top=0 __prebake_line=0 __prebake_told=0 __prebake_next=0 __prebake_last='' __prebake_new=0
__prebake_tell() {
  __prebake_told=$__prebake_line
  builtin printf '\036@NONCE@ line %s %s\n' "$__prebake_line" "$1" >@LOG@
}
__prebake_step() {
  if [[ $BASH_COMMAND == *__prebake_* ]]; then return 0; fi
  if [[ $1 -eq 1 && $__prebake_top -gt 1 ]]; then
    __prebake_leave
    return 0
  fi
  __prebake_line=$1
  local now=${EPOCHREALTIME:-${SECONDS}000000}
  now=${now/[!0-9]/}
  if [[ $now -lt $__prebake_next && ( $1 -le $__prebake_top || $__prebake_new -ge 1000 ) ]]; then
    return 0
  fi
  if [[ $1 -gt $__prebake_top ]]; then __prebake_top=$1 __prebake_new=$((__prebake_new + 1)); fi
  __prebake_next=$((now + 10000))
  __prebake_tell "$now"
}
__prebake_leave() {
  if [[ $__prebake_told -ne $__prebake_line ]]; then __prebake_tell 0; fi
}
