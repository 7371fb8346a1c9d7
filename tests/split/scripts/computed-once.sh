VERSION=$(curl -fsS https://example.com/version) ## run needed-later 2
export VERSION_OF_TASK="$VERSION-$TASK_ID" ## run task-variable
echo "$VERSION" > /opt/version ## run follows-variable 1
