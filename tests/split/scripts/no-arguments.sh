main() { mkdir -p "/opt/${1:-dev}"; } ## cached for-cached
main "$@" ## cached static
echo "$# [$*]" > /opt/count ## cached static
for name; do touch "/opt/$name"; done ## cached static
echo "$TASK_ID $#" > /srv/id ## run task-variable
