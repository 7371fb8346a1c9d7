ls "/srv/$TASK_ID" 2>/dev/null ## run task-variable
if [ $? -ne 0 ]; then echo missing > /srv/state; fi ## run follows-status 1
grep -q nobody-at-all /etc/passwd ## cached static
if [ $? -ne 0 ]; then echo none > /opt/state; fi ## cached static
