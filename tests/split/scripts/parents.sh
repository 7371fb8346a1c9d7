mkdir -p "/data/ws-$TASK_ID" ## run task-variable
echo x > /data/list ## run follows-write 1
mkdir -p /shared ## cached static
