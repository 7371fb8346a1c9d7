export LEVEL=info MODE=fast ## both shared
SECRET=none ## run for-run
npm install -g left-pad ## cached installs
export LATE="$SECRET-$TASK_ID" ## run task-variable
export -n MODE ## run for-run
