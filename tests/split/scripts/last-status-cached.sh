[ -e /opt/never ] && touch /opt/found ## cached static
echo "$TASK_ID" > /srv/id ## run task-variable
