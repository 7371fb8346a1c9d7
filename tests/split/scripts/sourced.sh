. /etc/os-release ## both shared
echo "$ID" > /opt/system ## cached static
echo "$ID $TASK_ID" > /srv/system ## run task-variable
