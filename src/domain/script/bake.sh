# Runs the scripts of a layer one after the other; the first that fails ends the bake with its
# status. The scripts are gone before success is told, so that no commit can hold them.
__nonce=$1
shift
__folder=/tmp/.prebake
mark() { printf '\036%s %s\n' "$__nonce" "$*" >&2; }
# The end is told on both streams: it closes a last line that the script left open, and whoever
# has read it on a stream has read all of that stream.
end() { mark "$@"; mark "$@" 2>&1; }
# Started again for a look into a failed bake: nothing runs but whoever looks.
if [ -e "$__folder/shell" ]; then
  while [ -e "$__folder/shell" ]; do sleep 1; done
  exit 0
fi
for __script; do
  mark "stage $__script"
  BASH_ENV=$__folder/trace.sh bash "$__folder/$__script"
  __code=$?
  if [ "$__code" -ne 0 ]; then
    end "failed $__script $__code"
    exit "$__code"
  fi
done
rm -rf -- "$__folder"
for __script in "$@" trace.sh; do
  if [ -e "$__folder/$__script" ]; then
    end "kept $__folder/$__script"
    exit 125
  fi
done
end "done"
