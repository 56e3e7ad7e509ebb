#!/bin/bash
# Builds the image with buildah, which needs no engine, and runs its main command. `BUILDAH_OPTIONS` for a host without overlays.
set -euo pipefail
cd "$(dirname "$0")/.."
if ! command -v buildah > /dev/null; then
  echo "skipped: buildah is not installed"
  exit 0
fi
options=(${BUILDAH_OPTIONS:-})
buildah "${options[@]}" build --format docker ${BUILDAH_BUILD_OPTIONS:-} --tag latchkey .

container=$(buildah "${options[@]}" from --pull-never localhost/latchkey)
trap 'buildah "${options[@]}" rm "$container" > /dev/null' EXIT
buildah "${options[@]}" run ${BUILDAH_RUN_OPTIONS:-} --user 10001 "$container" -- /bin/sh -euc '
  test "$(id -u)" = 10001
  export PUBLIC_URL=http://localhost:3999 PORT=3999 HOST=127.0.0.1 APP_SECRET=$(node -p "require(\"crypto\").randomBytes(32).toString(\"hex\")")
  node --max-semi-space-size=16 apps/api/dist/main.js &
  server=$!
  for try in $(seq 50); do
    node -e "fetch(\"http://127.0.0.1:3999/health/ready\").then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))" && break
    sleep 0.2
  done
  node -e "
    const get = async (path) => { const r = await fetch(\"http://127.0.0.1:3999\" + path, { headers: { Accept: \"text/html\" } }); if (!r.ok) throw new Error(path + \" answered \" + r.status); return r.text(); };
    get(\"/login\").then((page) => { if (!page.includes(\"<div id=\\\"root\\\">\")) throw new Error(\"no page\"); return get(\"/health/ready\"); }).then(console.log);
  "
  node apps/api/dist/cli/cli.js users create hedy --admin
  node apps/api/dist/cli/cli.js db backup /data/latchkey.backup
  kill -TERM $server
  wait $server
'
echo "the image works"
