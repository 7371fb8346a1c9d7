set -eu ## both shared
BASE=/opt/base ## cached for-cached
mkdir -p "$BASE" /tmp/b ## cached static
CONF=$BASE/conf ## cached for-cached
touch /tmp/b/x ## cached static
cd /tmp/b ## cached for-cached
echo built > /opt/built ## cached static
cd / ## run for-run
rm -rf /tmp/b ## cached static
echo "$TASK_ID" > /opt/id ## run task-variable
