note() { builtin echo "$1"; } ## cached for-cached
note x > /opt/note ## cached static
echo() { builtin echo "[$TASK_ID] $*"; } ## run for-run
echo hi > /opt/hi ## run task-variable
set_to() { local own=1; own=2; declare -g kept=$own; } ## run for-run
own=0 ## run for-run
set_to ## run for-run
builtin echo "$own $kept $TASK_ID" > /opt/kept ## run task-variable
[[ v12 =~ ^v([0-9]+) ]] ## run for-run
builtin echo "${BASH_REMATCH[1]} $TASK_ID" > /opt/major ## run task-variable
if [[ -v TASK_ID ]]; then touch /opt/in-task; fi ## run task-variable
export -p > /dev/null ## run host
