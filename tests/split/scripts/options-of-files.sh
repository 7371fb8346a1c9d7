mkdir -p /srv/a /opt/copy ## cached static
touch /srv/a/x ## cached static
cp -r /srv/a/x /opt/copy ## cached static
echo "$TASK_ID" > /srv/a/f ## run task-variable
cp -b /srv/a/x /srv/a/f ## run follows-write 4
wc --files0-from=/srv/a/f > /opt/count || true ## run follows-write 5
env | grep -c TASK_ID > /opt/tasks ## run host
