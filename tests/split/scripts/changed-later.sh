echo 1 > /opt/count ## cached static
COUNT=$(cat /opt/count) ## run changed-later 3
echo 2 > /opt/count ## run follows-read 2
echo "$COUNT $TASK_ID" > /srv/count ## run task-variable
