# Draws what a task's command finds: the working directory, exported variables and functions, and
# every file with its mode, owner and content. Arguments: what is left out, as patterns of `find`.
__prebake_prune=()
for __prebake_path; do
  __prebake_prune+=(-path "$__prebake_path" -o)
done
printf 'folder %q\n' "$PWD"
printf 'umask %s\n' "$(umask)"
compgen -e | while IFS= read -r __prebake_name; do
  printf 'variable %s %q\n' "$__prebake_name" "${!__prebake_name}"
done
declare -Fx | while read -r _ _ __prebake_name; do
  printf 'function %s %q\n' "$__prebake_name" "$(declare -f "$__prebake_name")"
done
find / -xdev \( "${__prebake_prune[@]}" -false \) -prune -o \
  -exec stat -c 'mode %f %u:%g %N' {} + 2>/dev/null
find / -xdev \( "${__prebake_prune[@]}" -false \) -prune -o \
  -type f -exec sha256sum {} + 2>/dev/null
echo 'end'
