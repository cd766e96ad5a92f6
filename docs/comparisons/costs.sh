#!/bin/sh
# Seconds per training step of each strategy: the median of 200 steps after 50, on an otherwise idle
# machine; lines "strategy seconds".
#
#   docs/comparisons/costs.sh TRAIN.sdf[.gz] SCRATCH_FOLDER > OUT_FOLDER/costs.txt
#
# QUOTIENT, THREADS, SIZE, BATCH and STRATEGIES are those of strategies.sh.
set -eu
for strategy in ${STRATEGIES:-conventional geodiff af3 quotient soft ensemble}; do
  ${QUOTIENT:-./quotient} train conformer --data "$1" --valid "$1" \
    ${SIZE:---network etflow-plus --width 48 --layers 3 --heads 4 --radial 24} \
    --batch "${BATCH:-32}" --prior harmonic --strategy "$strategy" --steps 250 \
    --validate-every 250 --checkpoint-every 250 --seed 1 --threads "${THREADS:-1}" \
    --out "$2/$strategy" --overwrite --quiet
  sed -n '51,250s/.*"seconds":\([0-9.eE-]*\).*/\1/p' "$2/$strategy/metrics.jsonl" | sort -g |
    awk -v s="$strategy" '{ v[NR] = $1 } END { print s, v[int((NR + 1) / 2)] }'
done
