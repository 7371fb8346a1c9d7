make_folder() { mkdir -p "/opt/$1"; touch "/opt/$1/made"; } ## both shared
never_called() { rm -rf /opt; } ## run for-run
make_folder one ## cached static
make_folder "$TASK_ID" ## run task-variable
make_folder two ## run follows-write 4
