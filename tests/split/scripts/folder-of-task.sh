mkdir -p "/tmp/$TASK_ID" ## run task-variable
cd "/tmp/$TASK_ID" ## run task-variable
touch here ## run follows-state 2
touch /opt/there ## cached static
