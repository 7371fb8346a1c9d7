set -e ## both shared
shopt -s nullglob ## both shared
for file in /opt/none/*; do touch /opt/some; done ## cached static
set +e ## both shared
false ## cached static
touch "/srv/$TASK_ID" ## run task-variable
set -u ## cached for-cached
touch /opt/end ## cached static
