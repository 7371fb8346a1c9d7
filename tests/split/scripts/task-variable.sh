mkdir -p /srv/all ## cached static
mkdir -p "/srv/of-$TASK_ID" ## run task-variable
echo "${AGENTS_RUNNER_TASK_ID:-none}" > /srv/id ## run task-variable
echo fixed > /opt/fixed ## cached static
