export PATH=/opt/bin:$PATH ## both shared
mkdir -p /opt/bin ## cached static
npm install -g tool ## cached installs
export PATH="/srv/$TASK_ID:$PATH" ## run task-variable
apt-get install -y last ## run follows-variable 4
