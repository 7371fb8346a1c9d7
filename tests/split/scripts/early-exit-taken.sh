touch /opt/before ## cached static
[ "$TASK_ID" = other ] || exit 0 ## run ends-script
touch /opt/never ## run follows-exit 2
