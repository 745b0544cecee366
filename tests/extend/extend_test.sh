#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# extend_test.sh SOURCE BUILD SCRATCH: adds a row of every kind with tools/new to a copy of the tree, compares the files
# that changed with the list in docs/howto/extend.md, and compiles what was written by the commands of BUILD.
set -euo pipefail
source=$1 build=$2 scratch=$3
rm -rf "$scratch"
mkdir -p "$scratch"
cp -r "$source"/{apprentice,apps,devices,docs,tools} "$scratch"
cd "$scratch"
git init -q
git add .

# The paths that the section about a kind lists: those of `- ` lines that start with one.
listed() { # kind name
  sed -n "/^\`tools\/new $1 NAME\`/,/^## /s/^- \`\([^\`]*\)\`.*/\1/p" docs/howto/extend.md | sed "s/NAME/$2/" | sort
}

# Without a precompiled header, and before the tree itself the copy.
compile() { # file, file of the tree that is compiled in the same way
  local command
  command=$(grep -F -- " -c $source/$2\"" "$build/compile_commands.json" | head -n 1 |
    sed -E 's/^ *"command": "(.*)",?$/\1/; s/\\"/"/g; s/\\\\/\\/g; s/^ *[^ ]*ccache //') || true
  if [ -z "$command" ]; then
    echo "   $1 is not compiled: this build has no $2"
    return
  fi
  command=$(sed -E "s# -include [^ ]*cmake_pch.hxx##; s# -o [^ ]* -c .*# -fsyntax-only $scratch/$1#; s# -I# -I$scratch -I#" <<<"$command")
  (cd "$build" && eval "$command")
}

for kind in $(sed -n 's/^`tools\/new \([a-z]*\) NAME`$/\1/p' docs/howto/extend.md); do
  name=example_$kind
  echo "== $kind"
  git add .
  git -c user.name=test -c user.email=test@example.com commit -qm "before $kind" --allow-empty
  tools/new "$kind" "$name" >/dev/null
  diff <(listed "$kind" "$name") <(git status --porcelain -uall | cut -c4- | sort) ||
    { echo "docs/howto/extend.md (<) lists other files than tools/new $kind wrote (>)"; exit 1; }
  git diff -U0 | grep -qE "^\+.*\b$name\b" || [ "$kind" = device ] || { echo "no table names $name"; exit 1; }
  for file in $(git ls-files -o '*.cpp'); do
    grep -q TODO "$file" || { echo "$file does not say that it is a copy"; exit 1; }
    compile "$file" "$(sed -n "1,2s/.*TODO: this is \([^ ]*\) under.*/\1/p" "$file")"
  done
done
