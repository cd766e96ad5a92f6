#!/bin/sh
# Fifty well-known drugs, ten conformers each: how many samples keep the graph (every bond within
# 15 % of the sum of covalent radii for its order, no clash) and the stereochemistry asked for.
#
#   docs/comparisons/drugs.sh OUT.sdf [options of sample conformer, such as --model RUN --steps 10]
#
# QUOTIENT names the program if it is not ./quotient. One line per drug that is not perfect: name,
# good at once, good after drawing again, not good; then the sums.
set -eu
out=$1
shift
here=$(CDPATH= cd "$(dirname "$0")" && pwd -P)
"${QUOTIENT:-./quotient}" sample conformer "$here/drugs.tsv" --name-column name -n 10 --seed 1 \
  -o "$out" --overwrite --quiet "$@" || [ $? -eq 4 ]
awk '
  begun == 0 { name = $0; begun = 1 }
  /^> *<STEREO>/ { getline; stereo = $0 }
  /^> *<GEOMETRY>/ { getline; geometry = $0 }
  $0 == "$$$$" {
    begun = 0
    if (!(name in total)) order[++drugs] = name
    total[name]++
    if (geometry == "failed" || stereo == "wrong") bad[name]++
    else if (geometry == "redrawn" || stereo == "resampled") late[name]++
    else first[name]++
  }
  END {
    for (i = 1; i <= drugs; i++) {
      n = order[i]
      written += total[n]; good += first[n]; later += late[n]
      if (first[n] + late[n] == 10) perfect++
      if (first[n] < 10) printf "%-20s %2d %2d %2d\n", n, first[n], late[n], 10 - first[n] - late[n]
    }
    printf "drugs %d, all ten good: %d\n", drugs, perfect
    printf "samples written %d of 500, good at once %d, after drawing again %d\n", written, good, later
  }' "$out"
