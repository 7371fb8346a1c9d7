greet() { echo hello; } ## run for-run
export -f greet ## run for-run
touch /opt/a ## cached static
