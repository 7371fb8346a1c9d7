#!/bin/bash
[ -n "${TASK_ID:-}" ] || exit 1 ## run task-variable
apt-get install -y tree ## cached installs
