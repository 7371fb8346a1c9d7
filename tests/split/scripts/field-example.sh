#!/bin/bash
# Install packages
yay -S --noconfirm python-requests nodejs ## cached installs
# Download tool
curl -O /usr/local/bin/tool https://example.com/tool ## cached fetches
chmod +x /usr/local/bin/tool ## cached static
# Set environment
export API_KEY=${TASK_API_KEY-} ## run task-variable
mkdir -p /tmp/workspace-${TASK_ID} ## run task-variable
