#!/usr/bin/env bash
# Runs the tests on each supported Node, and prints a table. Some of them: scripts/test-on-nodes.sh 24 26
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1
export CI=true NO_COLOR=1

versions=("$@")
[ "${#versions[@]}" -gt 0 ] || versions=(20 22 24 26)
log=$(mktemp)
trap 'rm -f "$log"' EXIT
table=()
code=0

for wanted in "${versions[@]}"; do
  start=$SECONDS
  tools=(-y -p "node@$wanted" -p pnpm@12.21.0)
  # A version that cannot be fetched must not pass as tested.
  actual=$(npx "${tools[@]}" node --version 2>/dev/null)
  if [[ $actual == "v$wanted."* ]]; then
    { npx "${tools[@]}" pnpm check && npx "${tools[@]}" pnpm check:long; } 2>&1 | tee "$log"
    verdict=$([ "${PIPESTATUS[0]}" = 0 ] && echo passed || echo failed)
    tests=$(grep -E '^ +Tests ' "$log" | sed -E 's/^ +Tests +//' | paste -sd+)
  else
    verdict="not run"
    tests="npx answered \"${actual:-nothing}\""
  fi
  [ "$verdict" = passed ] || code=1
  table+=("$(printf '%-6s %-12s %-8s %5d s  %s' "$wanted" "${actual:--}" "$verdict" $((SECONDS - start)) "$tests")")
done

printf '\n%-6s %-12s %-8s %7s  %s\n' node version verdict time tests
printf '%s\n' "${table[@]}"
exit "$code"
