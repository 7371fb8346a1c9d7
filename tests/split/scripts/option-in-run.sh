if [ "$TASK_ID" ]; then set -f; fi ## run task-variable
echo /etc/pass* > /opt/globbed ## run follows-state 1
