IFS=$'\n\t' ## cached for-cached
names='a b' ## cached for-cached
for name in $names; do echo "one $name" >> /opt/list; done ## cached static
IFS=, ## cached for-cached
read -r first second <<< "x,y" ## cached for-cached
echo "$first" > /opt/first ## cached static
unset IFS ## run for-run
echo "$TASK_ID" > /opt/id ## run task-variable
