bash -c 'touch /opt/inner' ## cached static
bash -c 'touch "/srv/$1"' _ "$TASK_ID" ## run task-variable
eval 'touch /opt/evaluated' ## cached static
