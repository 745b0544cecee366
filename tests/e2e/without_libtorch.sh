#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# without_libtorch.sh WITH WITHOUT SCRATCH, by hand: WITH, the `apprentice` of a build with libtorch, makes runs of all
# kinds; from copies without what quantize and the later steps made, WITHOUT, that of a build without it, makes the same
# bytes but for the last digits of float answers in the report, and has nothing to do in the runs themselves.
set -euo pipefail
with=$(realpath "$1") without=$(realpath "$2") scratch=$3
rm -rf "$scratch"
mkdir -p "$scratch"
cd "$scratch"

awk 'BEGIN {
  srand(5); print "run,side,kind,a,b"
  for (run = 0; run < 24; ++run) {
    phase = 6.28 * rand(); side = run < 15 ? "train" : run < 18 ? "validation" : "test"
    for (row = 0; row < 64; ++row) {
      slow = sin(0.3 * row + phase); fast = sin(1.7 * row + phase)
      wave = run % 3 == 0 ? slow : run % 3 == 1 ? fast : 0.7 * (slow + fast)
      split("slow fast mixed", kinds, " ")
      printf "r%d,%s,%s,%.4f,%.4f\n", run, side, kinds[run % 3 + 1], wave + rand() - 0.5, 3 - 2 * wave + rand()
    }
  }
}' >waves.csv

teach='[teach]
family = "conv1d"
width = 12
[teach.train]
epochs = 6'
assistant='[[assistant]]
family = "conv1d"
width = 10'
ensemble='[teacher]
source = "ensemble"
[[teacher.member]]
path = "teacher.onnx"
[[teacher.member]]
path = "teacher.onnx"'
device='name = "stm32l4r5"
vectors = 20
count_instructions = 1'

write_job() { # name, tables about teachers, loss, tables about devices
  cat >"$1.toml" <<TOML
name = "$1"
threads = 1
[data]
path = "waves.csv"
format = "csv"
label = "kind"
group = "run"
attributes = ["side"]
inputs = ["a", "b"]
[data.window]
length = 32
stride = 8
[split]
by = "attribute"
column = "side"
train = "train"
validation = "validation"
test = "test"
$2
[student]
family = "dscnn1d"
width = 8
[loss]
name = "$3"
[train]
epochs = 6
$4
TOML
}
write_job taught "$teach" kd "[device]
$device"
write_job assisted "$teach
$assistant" kd "[device]
$device"
write_job given "$ensemble" fitnet "[device]
$device"
write_job alone '' ce "[device]
$device"
write_job hall "$teach" kd "[[device]]
id = \"left\"
$device
[device.relevance]
classes = [\"slow\", \"fast\"]
[[device]]
id = \"right\"
$device"

# What the steps that need no libtorch made.
remove_later() {
  find "$1" \( -name int8.apq -o -name choice.json -o -path '*/state/quantize-*' -o -path '*/state/choose.json' -o \
    -path '*/state/package.json' -o -path '*/state/measure.json' -o -path '*/state/report.json' -o \
    -path '*/device/report.json' \) -delete
  find "$1" -depth -type d \( -name shipped -o -name report \) -exec rm -r {} +
}

for job in taught assisted given alone hall; do
  echo "== $job"
  "$with" distill "$PWD/$job.toml" --run "$job" >/dev/null 2>&1
  [ "$job" != taught ] || cp taught/teacher/teacher0.onnx teacher.onnx
  if "$without" distill "$PWD/$job.toml" --run "$job" 2>&1 >/dev/null | grep ' done in '; then exit 1; fi
  cp -r "$job" "$job.copy"
  remove_later "$job.copy"
  "$without" report "$job.copy" 2>&1 >/dev/null | grep ' done in '
  diff -r --exclude build --exclude report --exclude report.json "$job" "$job.copy"
  if "$with" distill "$PWD/$job.toml" --run "$job.copy" 2>&1 >/dev/null | grep ' done in '; then exit 1; fi
done
echo "== refused"
write_job fresh '' ce "[device]
$device"
if "$without" distill "$PWD/fresh.toml" --run fresh; then exit 1; fi
