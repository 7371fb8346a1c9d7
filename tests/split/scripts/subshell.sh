(cd /opt && touch a && umask 077 && touch b) ## cached static
{ touch /opt/c; X=1; } ## run needed-later 3
echo "$X$TASK_ID" > /srv/x ## run task-variable
