touch /opt/before ## cached static
if [ -e "/srv/$TASK_ID" ]; then exit 0; fi ## run ends-script
touch /opt/after ## run follows-exit 2
