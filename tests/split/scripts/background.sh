sleep 0 & ## run background
touch /opt/beside ## cached static
wait ## run processes
