greet() { echo hello; } ## both shared
export -f greet ## both shared
touch /opt/a ## cached static
