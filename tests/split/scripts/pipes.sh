echo "deb x" | tee -a /etc/sources >/dev/null ## cached static
printf '%s\n' b a | sort > /opt/sorted ## cached static
echo "$TASK_ID" | tee /srv/id >/dev/null ## run task-variable
