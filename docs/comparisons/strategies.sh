#!/bin/sh
# Compares the six training strategies: paired seeds, equal steps, one small network.
#
#   docs/comparisons/strategies.sh TRAIN.sdf[.gz] JUDGE.sdf[.gz] OUT_FOLDER [STEPS [SAMPLES]]
#
# In a pair all strategies see the same batches, starting clouds, times and noise. Judged on JUDGE:
# ten validations along the way; AMR and coverage with 5, 10, 20 and 50 Euler steps, a sample per
# reference conformer; how SAMPLES samples (500; ten calls of `multistep`) of the first twenty molecules
# with three conformers are spread over these; length and vertical share of the paths; seconds per
# training step. Nothing is repaired. Writes OUT_FOLDER/table.md and pictures.
#
# QUOTIENT names the program if it is not ./quotient, THREADS the threads, SIZE the network's options,
# BATCH the molecules per step, LR and SCHEDULE the rate; STRATEGIES and SEEDS (1 2 ...) take less.
# OUT_FOLDER/costs.txt, if there (docs/comparisons/costs.sh), replaces the seconds seen on the way.
# What was finished before is kept, so it can be stopped and started.
set -eu
train=$1
judge=$2
out=$3
steps=${4:-2000}
samples=${5:-500}
program=${QUOTIENT:-./quotient}
threads=${THREADS:-1}
size=${SIZE:---network etflow-plus --width 48 --layers 3 --heads 4 --radial 24}
here=$(CDPATH= cd "$(dirname "$0")" && pwd -P)
strategies=${STRATEGIES:-conventional geodiff af3 quotient soft ensemble}
seeds=${SEEDS:-1 2 3}
mkdir -p "$out"

sample() { # RUN INPUT STEPS OUTPUT MORE...
  run=$1 input=$2 calls=$3 made=$4
  shift 4
  [ -f "$made" ] || "$program" sample conformer "$input" --model "$run" --sampler "$sampler" \
    --steps "$calls" --stereo off --geometry off --seed "$seed" --threads "$threads" -o "$made" \
    --overwrite --quiet "$@" || [ $? -eq 4 ]
}

few=$out/few.sdf
[ -f "$few" ] || gzip -cdf "$judge" | awk '
  { record = record $0 "\n" }
  begun == 0 { title = $0; begun = 1 }
  $0 == "$$$$" {
    if (title != last) { if (held >= 3 && kept < 20) { printf "%s", group; kept++ }; group = ""; held = 0; last = title }
    group = group record; held++; record = ""; begun = 0
  }
  END { if (held >= 3 && kept < 20) printf "%s", group }' > "$few"

for seed in $seeds; do
  for strategy in $strategies; do
    run=$out/$strategy-$seed
    case $strategy in
      conventional | geodiff | af3) sampler=ode ;;
      *) sampler=quotient-ode ;;
    esac
    [ -f "$run-trained" ] || {
      "$program" train conformer --data "$train" --valid "$judge" $size --batch "${BATCH:-32}" \
        --prior harmonic --strategy "$strategy" --steps "$steps" --lr "${LR:-0.002}" \
        --schedule "${SCHEDULE:-cosine}" --ema 0.99 --validate-every $((steps / 10)) \
        --checkpoint-every "$steps" --seed "$seed" --threads "$threads" --out "$run" --resume --quiet
      : > "$run-trained"
    }
    for calls in 5 10 20 50; do
      [ -f "$run-$calls.json" ] || {
        sample "$run" "$judge" "$calls" "$run-$calls.sdf" --per-reference 1
        "$program" evaluate conformer --reference "$judge" --generated "$run-$calls.sdf" \
          --threads "$threads" --json > "$run.part" || [ $? -eq 4 ]
        mv "$run.part" "$run-$calls.json"
      }
    done
    [ -f "$run-spread.json" ] || {
      sample "$run" "$few" 10 "$run-spread.sdf" --solver multistep -n "$samples"
      "$program" evaluate conformer --reference "$few" --generated "$run-spread.sdf" \
        --distribution --threads "$threads" --json > "$run.part" || [ $? -eq 4 ]
      mv "$run.part" "$run-spread.json"
    }
    [ -f "$run-flow.json" ] || {
      "$program" info "$run" --flow --seed "$seed" --threads "$threads" --json > "$run.part"
      mv "$run.part" "$run-flow.json"
    }
  done
done

# One line per figure: strategy seed name value.
number() { # FILE KEY...: the number after the last key, keys in order
  text=$(tr -d ' \n' < "$1")
  shift
  for key in "$@"; do text=${text#*"\"$key\":"}; done
  printf '%s' "${text%%[,\}]*}"
}
for seed in $seeds; do
  for strategy in $strategies; do
    run=$out/$strategy-$seed
    grep '"validation"' "$run/metrics.jsonl" | awk -v name="$strategy $seed" '
      { v = $0; sub(/.*"loss":/, "", v); sub(/[,}].*/, "", v)
        e = $0; sub(/.*"excess":/, "", e); sub(/[,}].*/, "", e)
        print name, "excess-" NR, e }
      END { print name, "loss", v; print name, "excess", e }'
    for calls in 5 10 20 50; do
      file=$run-$calls.json
      echo "$strategy $seed amr-r-$calls $(number "$file" recall amr mean)"
      echo "$strategy $seed amr-p-$calls $(number "$file" precision amr mean)"
    done
    for at in 0.1 0.2 0.5; do
      echo "$strategy $seed cov-r-$at $(number "$run-50.json" sweep "threshold\":$at,\"recall")"
      echo "$strategy $seed cov-p-$at $(number "$run-50.json" sweep "threshold\":$at,\"recall" precision)"
    done
    echo "$strategy $seed variation $(number "$run-spread.json" distribution total_variation)"
    echo "$strategy $seed floor $(number "$run-spread.json" distribution sampling_floor)"
    echo "$strategy $seed torsions $(number "$run-spread.json" distribution torsion_divergence)"
    echo "$strategy $seed length $(number "$run-flow.json" quotient length)"
    echo "$strategy $seed vertical $(number "$run-flow.json" conventional vertical_share)"
    if [ -f "$out/costs.txt" ]; then
      echo "$strategy $seed seconds $(awk -v s="$strategy" '$1 == s { print $2 }' "$out/costs.txt")"
    else
      echo "$strategy $seed seconds $(sed -n 's/.*"seconds":\([0-9.eE-]*\).*/\1/p' "$run/metrics.jsonl" |
        sort -g | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }')"
    fi
  done
done > "$out/figures.txt"
awk -v out="$out" -v steps="$steps" -f "$here/strategies.awk" "$out/figures.txt" > "$out/table.md"
cat "$out/table.md"
