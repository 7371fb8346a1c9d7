mkdir -p /opt/a /opt/b ## cached static
rm -rf "/opt/a" "/opt/$TASK_ID" ## run task-variable
mkdir -p /opt/a/new ## run follows-write 2
touch /var/kept ## cached static
