touch /opt/a; echo "$TASK_ID" > /srv/a; touch /opt/b ## cached static
