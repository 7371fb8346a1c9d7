[ "$TASK_ID" = x ] && echo yes ## run task-variable
touch /opt/a ## cached static
