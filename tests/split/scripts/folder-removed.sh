mkdir -p /opt/build /opt/done ## cached static
cd /opt/build ## cached for-cached
touch ../done/x ## cached static
cd / ## run for-run
rm -rf /opt/build ## cached static
export DONE=$TASK_ID ## run task-variable
