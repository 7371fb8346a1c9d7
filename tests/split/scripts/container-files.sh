echo "127.0.0.1 service" >> /etc/hosts ## run container-file
grep -c . /proc/self/status > /dev/null ## run volatile-path
mkdir -p /run/service ## run volatile-path
touch /opt/fixed ## cached static
