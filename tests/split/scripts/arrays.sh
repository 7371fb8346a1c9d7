packages=(jq tree) ## cached for-cached
packages+=(less) ## cached for-cached
apt-get install -y "${packages[@]}" ## cached installs
printf '%s\n' "$TASK_ID" > /srv/id ## run task-variable
