#!/bin/bash
set -euo pipefail ## both shared
# The list first.
apt-get update -q ## cached installs
DEBIAN_FRONTEND=noninteractive apt-get install -y -q jq curl ## cached installs
export OWNER=$TASK_ID ## run task-variable
