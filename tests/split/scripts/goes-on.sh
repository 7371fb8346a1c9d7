touch /opt/before ## cached static
[[ $TASK_ID == nobody ]] && touch /opt/nobody ## run task-variable
pkill no-such-program ## run processes
touch /opt/behind ## cached static
