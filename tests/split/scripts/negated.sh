! grep -q nobody-at-all /etc/passwd ## cached static
[ -d /opt ] || mkdir /opt ## cached static
echo "$TASK_ID" > /srv/id || exit 1 ## run task-variable
