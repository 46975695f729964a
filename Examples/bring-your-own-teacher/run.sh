#!/usr/bin/env bash
# The whole way of a teacher from elsewhere: taken in, distilled with three seeds, shipped as C, and the C
# program's forecast beside Limbeck's. Usage: ./run.sh keras-lstm.onnx
set -euo pipefail
cd "$(dirname "$0")"
export PATH="$PWD/../../.build/release:$PATH"
teacher=$1 work=work/${1%.onnx}
rm -rf "$work"
mkdir -p "$work"
show() {
    printf '\n$ %s\n' "$*"
    "$@"
}

show limbeck import "$teacher"
for seed in 1 2 3; do
    show limbeck run recipe.yaml --quiet --set teacher.file="$teacher" --set seed="$seed" --run-dir "$work/seed-$seed"
done
show limbeck compare "$work/seed-1" "$work/seed-2" "$work/seed-3"

student=$work/seed-1
show limbeck export "$student" --to c --output "$work/student.c"
show gcc -std=c99 -O2 -Wall -Wextra -Werror -I"$work" -o "$work/forecast" main.c "$work/student.c" -lm

# The last week of the data, counted by the microcontroller's code and by Limbeck.
gzip -dc ../../Sources/CLimbeckDatasets/auckland_2024_2025.csv.gz | awk 'NR == 1 { print } { last[NR % 168] = $0 }
    END { for (row = NR + 1; row <= NR + 168; row++) print last[row % 168] }' >"$work/week.csv"
show limbeck forecast "$student" --input "$work/week.csv" --output "$work/limbeck.csv"
printf '\n$ ./forecast < week.csv > c.txt\n'
"$work/forecast" <"$work/week.csv" >"$work/c.txt"
tail -n +2 "$work/limbeck.csv" | paste -d, - "$work/c.txt" | awk -F, '
    NR == 1 || NR == 252 { print $1 ", " $2 ": Limbeck " $4 ", C " $6 }
    { apart = $4 - $6; if (apart < 0) apart = -apart; if (apart > worst) worst = apart }
    END { print NR " values, at most " worst " pedestrians an hour apart"; exit !(NR == 252 && worst < 0.01) }'
