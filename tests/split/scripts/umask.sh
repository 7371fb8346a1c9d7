umask 027 ## both shared
mkdir /opt/private ## cached static
mkdir "/srv/$TASK_ID" ## run task-variable
umask 022 ## both shared
touch /opt/public ## cached static
