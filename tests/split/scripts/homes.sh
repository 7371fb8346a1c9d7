export HOME=/opt/home ## both shared
mkdir -p ~/a ## cached static
echo x > ~/a/x ## cached static
echo "$TASK_ID" > /opt/home/a/id ## run task-variable
cat ~/a/id > /opt/copy ## run follows-write 4
