mkdir -p /opt/build ## cached static
cd /opt/build ## cached for-cached
echo main > main.c ## cached static
cd /srv ## both shared
echo "$TASK_ID" > id ## run task-variable
pwd > here ## cached static
