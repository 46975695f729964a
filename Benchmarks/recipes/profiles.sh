#!/usr/bin/env bash
# What forms of the profile cost a student that is trained alone, on data of steps shorter than an hour and others: the
# table of students and ridge for each of full, hourly and auto. One seed; LIMBECK_DATA is where the data is.
#   Benchmarks/recipes/profiles.sh [NAME ...]
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
cd "${LIMBECK_DATA:-$root/../shared/data}"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
wanted=" $* "

run() {
    local name=$1 data=$2 task=$3 epochs=$4 form
    [[ $wanted == "  " || $wanted == *" $name "* ]] || return 0
    for form in full hourly auto; do
        cat >"$work/$name.yaml" <<RECIPE
name: $name
data: { $data }
task: { $task, profile: $form }
teacher: { model: stid, epochs: 1, set: { width: 8 } }
student: { model: stid, set: { width: 32 } }
training: { epochs: $epochs }
RECIPE
        "$root/.build/release/limbeck" run "$work/$name.yaml" --run-dir "$work/$name-$form" 2>/dev/null |
            grep -m 2 -E '^(Ridge|Student alone)' | sed "s/^/$name, $form: /"
    done
}

run auckland "dataset: auckland" "history: 24, horizon: 12" 12
run los-loop "path: los_loop/los_speed.csv.xz, start: 2012-03-01T00:00, step: 5min" "history: 12, horizon: 12" 10
run metr-la "path: metr_la_29/metr_la_29.csv.xz, missing: [0]" "history: 12, horizon: 12" 10
run taxi "path: extra_sz_taxi_40/sz_speed_40.csv.xz, start: 2015-01-01T00:00, step: 15min" "history: 12, horizon: 12" 10
run pems-bay "path: pems_bay_67/pems_bay_67.csv.xz" "history: 12, horizon: 12" 6
run beijing "path: beijing_aq/beijing_aq.tar.xz" "history: 24, horizon: 12, targets: [O3]" 5
run noaa "path: noaa_us_1990/Tmax.csv.xz, unit: °F" "history: 14, horizon: 7" 20
