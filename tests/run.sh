#!/usr/bin/env bash
# Installs what is missing, builds everything, runs every test, and ends with one line: N passed, N failed, N skipped.
# Needs the .NET SDK, Node.js and git; takes the rest from Debian's packages, NuGet and npm.
# With the argument "fast" it runs only the tests that need no browser, no crash and no long wait.
set -u -o pipefail
cd "$(dirname "$0")/.."
export DOTNET_CLI_UI_LANGUAGE=en DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1

# The tests start hundreds of servers, which do not live to profit from better code.
# The number is hexadecimal: 4 s.
export DOTNET_TieredPGO=0 DOTNET_TC_CallCountingDelayMs=1000

configuration=Release
mode=${1:-all}
case "$mode" in
    all | fast) ;;
    *) echo "usage: tests/run.sh [fast]" >&2; exit 2 ;;
esac
results=$(mktemp -d)
passed=0 failed=0 skipped=0

# Failed tests are printed last.
show_failed_tests() {
    awk '/^ *(Passed|Skipped) [^ ]+|^Test Run|^\[xUnit/ { shown = 0 } /^ *Failed [^ ]+\./ { shown = 1; lines = 0 } shown && lines++ < 80' "$results"/*.log 2>/dev/null
    cat "$results"/*.npm.txt 2>/dev/null | sed -n '/Failed \(Tests\|Suites\)\|Unhandled\|error TS/,$p'
}

# Reads lines such as "  Passed Chat.Server.Tests.SendTests.Receipt_IsDurable [1 m 2 s]".
show_slowest_tests() {
    echo "== The 20 slowest tests"
    sed -nE 's/^ *(Passed|Failed) (.+) \[(.*[0-9]) ?(h|m|s|ms)\]$/\3 \4\t\2/p' "$results"/*.log 2>/dev/null | awk -F'\t' '
        { n = split($1, part, " "); seconds = 0
          for (i = 1; i < n; i += 2) seconds += part[i] * (part[i + 1] == "h" ? 3600 : part[i + 1] == "m" ? 60 : part[i + 1] == "s" ? 1 : 0.001)
          printf "%8.1f s  %s\n", seconds, $2 }' | sort -rn | head -20
    echo "== The run took $((SECONDS / 60)) min $((SECONDS % 60)) s"
}

finish() {
    show_slowest_tests
    show_failed_tests
    rm -rf "$results"
    echo "$passed passed, $failed failed, $skipped skipped"
    [ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
    exit
}

# A step that is no test of its own counts only when it fails.
step() {
    echo "== $1"
    shift
    if ! "$@"; then
        failed=$((failed + 1))
        return 1
    fi
}

install_debian_packages() {
    local missing=()
    # strace makes fsync fail.
    command -v strace >/dev/null || missing+=(strace)
    # Documented commands are run as they stand: curl for the API, sqlite3 for a backup.
    command -v curl >/dev/null || missing+=(curl)
    command -v sqlite3 >/dev/null || missing+=(sqlite3)
    # faketime gives a server a wrong clock.
    command -v faketime >/dev/null || missing+=(faketime)
    # The server is tested behind real proxies.
    [ -x /usr/sbin/nginx ] || missing+=(nginx)
    [ -x /usr/sbin/haproxy ] || missing+=(haproxy)
    # The character tables of the protocol are compared with it.
    [ -e /usr/share/unicode/emoji/emoji-zwj-sequences.txt ] || missing+=(unicode-data)
    # The pages are tested in it, at this path.
    [ -x /usr/bin/chromium ] || missing+=(chromium)
    # Screenshots need Chinese characters and emoji.
    fc-list :lang=zh 2>/dev/null | grep -q . || missing+=(fonts-wqy-microhei)
    fc-list 2>/dev/null | grep -qi emoji || missing+=(fonts-noto-color-emoji)
    # One sample is written for Debian's own Python.
    /usr/bin/python3 -c 'import websockets' 2>/dev/null || missing+=(python3 python3-websockets)
    [ "${#missing[@]}" -eq 0 ] && return
    local root=()
    [ "$(id -u)" -eq 0 ] || root=(sudo)
    "${root[@]}" apt-get update -qq && without_starting_services "${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "${missing[@]}"
}

# Debian starts a service when it installs one, unless policy-rc.d forbids it. The tests start their own.
without_starting_services() {
    local policy=/usr/sbin/policy-rc.d status
    if [ -e "$policy" ]; then
        "$@"
        return
    fi
    printf '#!/bin/sh\nexit 101\n' | "${root[@]}" tee "$policy" >/dev/null && "${root[@]}" chmod 755 "$policy"
    "$@"
    status=$?
    "${root[@]}" rm -f "$policy"
    return "$status"
}

# The build has checked the other rules of style.
check_format() {
    dotnet format whitespace Chat.sln --verify-no-changes --no-restore &&
        dotnet format style Chat.sln --verify-no-changes --no-restore --diagnostics IMPORTS
}

check_load_lab() {
    dotnet "tests/Chat.LoadTests/bin/$configuration/net10.0/Chat.LoadTests.dll" compare --smoke
}

# Background jobs of a script ignore SIGINT, and so would the servers that the tests start.
test_project() {
    local name=$1 filter=()
    [ "$mode" = fast ] && filter=(--filter "Duration!=Long")
    env --default-signal=INT,QUIT dotnet test "tests/$name.Tests" "${filter[@]}" --configuration "$configuration" --no-build --nologo \
        --blame-hang-timeout 15m --logger "console;verbosity=normal" 2>&1 | tee "$results/$name.log"
    echo "${PIPESTATUS[0]}" >"$results/$name.status"
}

count_project() {
    local name=$1 summary p f s
    # "Passed!  - Failed:     0, Passed:    12, Skipped:     0, Total:    12, Duration: …", or the same as a block of lines.
    summary=$(grep -aoE '^ *(Total tests|Passed|Failed|Skipped): +[0-9]+' "$results/$name.log" | tr -d ' ')
    p=$(sed -n 's/^Passed://p' <<<"$summary" | tail -1)
    f=$(sed -n 's/^Failed://p' <<<"$summary" | tail -1)
    s=$(sed -n 's/^Skipped://p' <<<"$summary" | tail -1)
    add_counts "$name" "${p:-0}" "${f:-0}" "${s:-0}"
}

# A run that broke off has failed, whatever it counted; so has one that ran nothing.
add_counts() {
    echo "== $1: $2 passed, $3 failed, $4 skipped"
    passed=$((passed + $2)) failed=$((failed + $3)) skipped=$((skipped + $4))
    if [ "$3" -eq 0 ] && { [ "$(cat "$results/$1.status" 2>/dev/null)" != 0 ] || [ "$2" -eq 0 ]; }; then
        failed=$((failed + 1))
    fi
}

# The build has installed what both packages need.
test_package() {
    local name
    name=$(basename "$1")
    (cd "$1" && npm test --silent -- --reporter=default --reporter=json --outputFile.json="$results/$name.json") 2>&1 | tee "$results/$name.npm.txt"
    echo "${PIPESTATUS[0]}" >"$results/$name.status"
}

count_package() {
    local name counts p f s
    name=$(basename "$1")
    counts=$(node -e 'const r = JSON.parse(require("fs").readFileSync(process.argv[1])); console.log(r.numPassedTests, r.numFailedTests, r.numPendingTests + r.numTodoTests)' "$results/$name.json" 2>/dev/null)
    read -r p f s <<<"$counts"
    add_counts "$name" "${p:-0}" "${f:-0}" "${s:-0}"
}

step "Debian packages" install_debian_packages || finish
step "Build" dotnet build Chat.sln --configuration "$configuration" --nologo -v quiet || finish
packages=(src/chat-client samples/web)
others=()
for project in tests/*.Tests; do
    name=$(basename "$project" .Tests)
    [ "$name" = Chat.Server ] && continue
    # A browser is slow.
    [ "$mode" = fast ] && [ "$name" = Chat.Web ] && continue
    others+=("$name")
done
checks=(check_format check_load_lab)
[ "$mode" = fast ] && checks=()

# Two lanes that take about as long: together they use two cores.
echo "== Chat.Server, and beside it ${packages[*]} ${others[*]} ${checks[*]}"
test_project Chat.Server &
{
    for package in "${packages[@]}"; do
        test_package "$package"
    done
    for name in "${others[@]}"; do
        test_project "$name"
    done
    for check in "${checks[@]}"; do
        "$check" 2>&1 | tee "$results/$check.txt"
        echo "${PIPESTATUS[0]}" >"$results/$check.status"
    done
} &
wait

for package in "${packages[@]}"; do
    count_package "$package"
done
for name in Chat.Server "${others[@]}"; do
    count_project "$name"
done
for check in "${checks[@]}"; do
    step "$check" [ "$(cat "$results/$check.status" 2>/dev/null)" = 0 ] || tail -40 "$results/$check.txt"
done
finish
