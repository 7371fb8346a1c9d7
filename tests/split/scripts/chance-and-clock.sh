echo "$RANDOM" > /dev/null ## run chance
D=$(mktemp -d) ## run chance
rmdir "$D" ## run follows-variable 2
date > /dev/null ## run clock
touch /opt/fixed ## run follows-write 3
