#!/bin/sh
# Compares training strategies for backbones: three paired seeds, equal steps, one network.
#
#   docs/comparisons/backbones.sh DATA_FOLDER OUT_FOLDER [STEPS [COUNT]]
#
# DATA_FOLDER holds train.pdb.gz, val.pdb.gz and test.pdb.gz. In a pair all strategies see the same
# chains, windows, starting clouds, times and noise. Each model is sampled at its learned law (noise
# scale 1) by the SDE of its own space, COUNT structures (2) of 50, 56, ... 128 residues, and judged
# against the test chains. Writes OUT_FOLDER/table.md: mean and deviation over the seeds, and what the
# difference from `conventional` within pairs is worth; one within two of its deviations is called none.
# QUOTIENT names the program if it is not ./quotient, THREADS the threads; STRATEGIES and SEEDS take
# less; NETWORK gives other options of the network's size. What was finished before is kept, so it can
# be stopped and started.
set -eu
data=$1
out=$2
steps=${3:-800}
count=${4:-2}
program=${QUOTIENT:-./quotient}
threads=${THREADS:-1}
strategies=${STRATEGIES:-conventional quotient soft}
seeds=${SEEDS:-1 2 3}
network=${NETWORK:---width 64 --layers 4 --heads 8 --pair-width 32 --condition-width 32}
here=$(CDPATH= cd "$(dirname "$0")" && pwd -P)
mkdir -p "$out"
for seed in $seeds; do
  for strategy in $strategies; do
    run=$out/$strategy-$seed
    sampler=quotient-sde
    [ "$strategy" != conventional ] || sampler=sde
    [ -f "$run.json" ] || {
      # shellcheck disable=SC2086 # several words
      "$program" train backbone --data "$data/train.pdb.gz" --valid "$data/val.pdb.gz" \
        $network --distances 256 --time-exponent 3 --step-emphasis 8 --shortest 48 --label-share 0 \
        --strategy "$strategy" --steps "$steps" --lr 0.002 --schedule cosine --warmup 100 \
        --ema 0.99 --validate-every "$steps" --checkpoint-every "$steps" \
        --seed "$seed" --threads "$threads" --out "$run" --resume --quiet
      "$program" sample backbone --model "$run" --length 50:128:6 -n "$count" --seed "$seed" \
        --sampler "$sampler" --steps 200 --noise-schedule linear:20 --noise-scale 1 \
        --threads "$threads" -o "$run.pdb" --overwrite --quiet || [ $? -eq 4 ]
      "$program" evaluate backbone --generated "$run.pdb" --reference "$data/test.pdb.gz" \
        --threads "$threads" --json --quiet > "$run.part"
      mv "$run.part" "$run.json"
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
    last=$(grep validation "$run/metrics.jsonl" | tail -n 1)
    for name in loss late; do
      echo "$strategy $seed validation-$name $(printf %s "$last" | sed "s/.*\"$name\":\([0-9.eE-]*\).*/\1/")"
    done
    echo "$strategy $seed good-steps $(number "$run.json" steps good)"
    echo "$strategy $seed all-steps-good $(number "$run.json" structures_all_good)"
    echo "$strategy $seed no-contact $(number "$run.json" structures_free)"
    for name in helix strand relative-gyration contact-order angle dihedral; do
      echo "$strategy $seed distance-$name $(number "$run.json" distances "name\":\"$name\",\"measure" distance)"
    done
    echo "$strategy $seed helix $(number "$run.json" helix)"
    echo "$strategy $seed strand $(number "$run.json" strand)"
    echo "$strategy $seed pair-tm $(number "$run.json" mean_tm)"
  done
done > "$out/figures.txt"
awk -f "$here/backbones.awk" "$out/figures.txt" > "$out/table.md"
cat "$out/table.md"
