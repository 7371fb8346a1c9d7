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
# Before the scripts stands what is mounted for them.
if [ "$1" = --secrets ]; then
  shift
  # Each line is a name and bytes as `\xHH`; a builtin writes them, so that no list of processes
  # shows them. Without the last line somebody went before all were here.
  if ! (
    umask 377
    while IFS= read -r __line; do
      if [ "$__line" = end ]; then
        : >/run/secrets/.complete
        exit
      fi
      printf '%b' "${__line#* }" >"/run/secrets/${__line%% *}" || exit
    done
    exit 1
  ); then
    end 'failed secrets 125'
    exit 125
  fi
  exec </dev/null
fi
if [ "$1" = --apt ]; then
  # Images empty apt's folder after every package. A folder in it is left alone by that.
  if [ -z "${APT_CONFIG-}" ] && mkdir -p "$2/kept"; then
    printf '%s\n' "Dir::Cache::archives \"$2/kept/\";" \
      'Binary::apt::APT::Keep-Downloaded-Packages "1";' >"$__folder/apt.conf"
    export APT_CONFIG=$__folder/apt.conf
  fi
  shift 2
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
