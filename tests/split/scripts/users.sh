useradd -m dev ## cached static
chown 0:0 /opt ## cached static
echo "$TASK_ID" > /srv/id ## run task-variable
