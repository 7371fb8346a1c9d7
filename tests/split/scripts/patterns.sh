mkdir -p /srv/bin /srv/of-task /usr/local/bin ## cached static
touch /srv/bin/a.sh ## cached static
cd /srv/bin ## both shared
for file in *.sh; do echo "$file" >> /opt/list; done ## cached static
ls > /srv/names ## cached static
echo "$TASK_ID" > /srv/of-task/id ## run task-variable
echo /srv/of-*/* > /opt/of-task ## run follows-write 6
mkdir -p /srv/{x,"$TASK_ID"} ## run task-variable
touch /srv/x/y ## run follows-write 8
