#!/bin/sh
# Compares etflow-plus with etflow-so3: paired seeds, equal data, batches, noise and steps.
#
#   docs/comparisons/networks.sh DATA_FOLDER OUT_FOLDER [STEPS [PRESET]]
#
# DATA_FOLDER holds train.sdf.gz, val.sdf.gz and test.sdf.gz. QUOTIENT names the program if it is not
# ./quotient, THREADS the threads. What was finished before is kept, so it can be stopped and started.
set -eu
data=$1
out=$2
steps=${3:-500}
preset=${4:-tiny}
program=${QUOTIENT:-./quotient}
threads=${THREADS:-1}
mkdir -p "$out"
for seed in 1 2 3; do
  for network in etflow-so3 etflow-plus; do
    run=$out/$network-$seed
    if [ ! -f "$run.json" ]; then
      "$program" train conformer --data "$data/train.sdf.gz" --valid "$data/val.sdf.gz" \
        --preset "$preset" --network "$network" --steps "$steps" --lr 0.002 --ema 0.98 \
        --validate-every "$steps" --checkpoint-every "$steps" \
        --seed "$seed" --threads "$threads" --out "$run" --resume --quiet
      "$program" sample conformer "$data/test.sdf.gz" --model "$run" --per-reference 1 \
        --sampler quotient-ode --steps 20 --stereo off --seed "$seed" --threads "$threads" \
        -o "$run.sdf" --overwrite --quiet
      "$program" evaluate conformer --reference "$data/test.sdf.gz" --generated "$run.sdf" \
        --json > "$run.part"
      mv "$run.part" "$run.json"
    fi
  done
done

# One line per run, then mean and deviation of the differences within pairs.
for seed in 1 2 3; do
  for network in etflow-so3 etflow-plus; do
    run=$out/$network-$seed
    loss=$(sed -n 's/.*"validation":{"loss":\([0-9.eE-]*\).*/\1/p' "$run/metrics.jsonl" | tail -1)
    text=$(tr -d ' \n' < "$run.json")
    recall=$(printf %s "$text" | sed 's/.*"recall":{[^}]*}*,"amr":{"mean":\([0-9.eE-]*\).*/\1/')
    precision=$(printf %s "$text" | sed 's/.*"precision":{[^}]*}*,"amr":{"mean":\([0-9.eE-]*\).*/\1/')
    echo "$network $seed $loss $recall $precision"
  done
done | awk '
  { print; key = $1; for (c = 3; c <= 5; c++) value[key, $2, c] = $c }
  END {
    split("x x loss AMR-recall AMR-precision", name, " ")
    for (c = 3; c <= 5; c++) {
      sum = 0; square = 0
      for (s = 1; s <= 3; s++) {
        d = value["etflow-plus", s, c] - value["etflow-so3", s, c]
        sum += d; square += d * d
      }
      mean = sum / 3
      sd = sqrt((square - 3 * mean * mean) / 2)
      verdict = mean < 0 ? "better" : "worse"
      if (mean * mean <= 4 * sd * sd) verdict = "none"
      printf "difference in %s: %.4f, sd %.4f: %s\n", name[c], mean, sd, verdict
    }
  }'
