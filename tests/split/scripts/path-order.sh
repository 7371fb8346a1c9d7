mkdir -p /opt/store ## cached static
echo "$TASK_ID" > /opt/store/id ## run task-variable
cp /opt/store/id /opt/copy ## run follows-write 2
chmod 700 /opt/store ## run follows-write 2
touch /opt/other ## cached static
