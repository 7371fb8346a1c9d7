#!/bin/bash
# The head of the file.

# Of the first.
touch /opt/a # behind ## cached static

# Of the second,
# on two lines.
touch "/srv/$TASK_ID" ## run task-variable
# The end.
