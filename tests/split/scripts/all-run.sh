#!/bin/bash
set -e ## run for-run
touch "/srv/$TASK_ID" ## run task-variable
