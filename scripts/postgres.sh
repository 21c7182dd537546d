# A PostgreSQL cluster for one test run: own folder, own port, gone afterwards. Sourced, never run.

start_postgres() {
  local bin port
  bin=$(postgres_bin) || die "PostgreSQL's programs are missing"
  PG_DIR=$(mktemp -d "${TMPDIR:-/tmp}/madang-pg.XXXXXX")
  port=$(free_port)
  # postgres refuses to run as root.
  if [ "$(id -u)" = 0 ]; then
    PG_USER=$(id -un postgres 2>/dev/null || echo nobody)
    chown "$PG_USER" "$PG_DIR"
    PG_RUN=(setpriv --reuid="$PG_USER" --regid="$(id -gn "$PG_USER")" --clear-groups)
  else
    PG_RUN=()
  fi
  "${PG_RUN[@]}" "$bin/initdb" -D "$PG_DIR/data" -U madang --auth=trust --encoding=UTF8 --locale=C.UTF-8 >"$PG_DIR/../$(basename "$PG_DIR").log" 2>&1 \
    || die "PostgreSQL's cluster could not be made: $(cat "$PG_DIR/../$(basename "$PG_DIR").log")"
  # fsync off: this cluster holds nothing that must outlive the run.
  "${PG_RUN[@]}" "$bin/postgres" -D "$PG_DIR/data" -p "$port" -k "$PG_DIR" -c listen_addresses=127.0.0.1 -c fsync=off -c max_connections=400 \
    -c shared_buffers="${PG_BUFFERS:-128MB}" \
    >"$PG_DIR/../$(basename "$PG_DIR").log" 2>&1 &
  PG_PID=$!
  export MADANG_TEST_POSTGRES="postgres://madang@127.0.0.1:$port"
  for _ in $(seq 100); do
    if (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then return 0; fi
    kill -0 "$PG_PID" 2>/dev/null || break
    sleep 0.1
  done
  die "PostgreSQL did not start: $(cat "$PG_DIR/../$(basename "$PG_DIR").log")"
}

stop_postgres() {
  [ -n "${PG_PID:-}" ] || return 0
  kill -INT "$PG_PID" 2>/dev/null || true
  wait "$PG_PID" 2>/dev/null || true
  rm -rf "$PG_DIR" "$PG_DIR/../$(basename "$PG_DIR").log"
}

free_port() {
  node -e 'const s=require("net").createServer().listen(0,"127.0.0.1",()=>{console.log(s.address().port);s.close()})'
}
