if ! command -v tool >/dev/null; then
  curl -fsSL -o /usr/local/bin/tool https://example.com/tool
  chmod 755 /usr/local/bin/tool
fi ## cached fetches
for name in one two; do
  mkdir -p "/opt/$name"
done ## cached static
case $TASK_ID in
  verify) touch /srv/verify ;;
  *) touch /srv/other ;;
esac ## run task-variable
while [ ! -e /opt/ready ]; do touch /opt/ready; done ## cached static
