mkdir -p \
  /opt/long/a \
  /opt/long/b ## cached static
echo "$TASK_ID" \
  > /srv/long ## run task-variable
