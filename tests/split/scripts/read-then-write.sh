echo one > /etc/motto ## cached static
cp /etc/motto "/srv/motto-$TASK_ID" ## run task-variable
echo two > /etc/motto ## run follows-read 2
cat /etc/motto > /srv/last ## run follows-write 3
