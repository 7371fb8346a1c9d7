mkdir -p /srv/d ## cached static
touch /srv/d/f ## cached static
echo "$TASK_ID" > /srv/d/g ## run task-variable
printf 'f\ng\n' | xargs -I% sh -c 'echo 1 > /srv/d/%' ## run unknown-command
