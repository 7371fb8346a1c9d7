cat > /etc/app.conf <<CONF
# not a comment
port = 80
CONF
cat > /srv/task.conf <<CONF
id = $TASK_ID
CONF
cat > /etc/literal.conf <<'CONF'
id = $TASK_ID
CONF
true
