cat > /opt/one <<A; cat > /srv/two <<B
one
A
$TASK_ID
B
touch /opt/three ## cached static
