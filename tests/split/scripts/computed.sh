KIND=$(uname -m) ## both shared
echo "$KIND" > /opt/kind ## cached static
export KIND_OF_TASK="$KIND-$TASK_ID" ## run task-variable
NAME=$(basename /opt/some/name.tar.gz .tar.gz) ## cached for-cached
mkdir -p "/opt/$NAME" ## cached static
