#!/bin/sh
# Makes a trained model the one that the program ships.
#
#   models/pretrained/ship.sh RUN_DIR|RUN_DIR/last.safetensors DATA_LINE NOTE
#
# KIND says which of the two it is: conformer (default) or backbone. Of conformers, DATA_LINE names the
# files of the last training in their order, relative to the data folder and without .sdf.gz, separated by
# spaces: their fingerprint must be the one the model carries, and the tests of this module prove from it
# that nothing excluded was trained on. Of backbones it says in words what was trained on; the tests
# compare the fingerprint with that of the training chains. NOTE is a line for the card: the recipe in
# words. SAMPLING says how the model is sampled unless asked otherwise (settings of `sample`;
# "solver=multistep steps=20" for conformers). Weights become 16 bits wide. Then build and run this module's
# tests, and bring docs/model-card.md or docs/backbone-card.md up to date.
set -eu
if [ $# -ne 3 ]; then
  sed -n '2,/^set/s/^# \{0,1\}//p' "$0" >&2
  exit 2
fi
kind=${KIND:-conformer}
case $kind in
  conformer)
    default="solver=multistep steps=20"
    limits="single molecules of up to about 60 atoms made of the kinds of atoms listed under vocabulary; gas-phase geometries; no energies; see docs/model-card.md"
    ;;
  backbone)
    default="noise-schedule=linear:20"
    limits="alpha carbons of single chains of 50 to 128 residues, no sequence; see docs/backbone-card.md"
    ;;
  *)
    echo "ship.sh: KIND is conformer or backbone, found $kind" >&2
    exit 2
    ;;
esac
sampling=
for setting in ${SAMPLING:-$default}; do
  sampling="$sampling --sampling $setting"
done
here=$(CDPATH= cd "$(dirname "$0")" && pwd -P)
root=$here/../..
"${QUOTIENT:-$root/quotient}" convert "$1" \
  "$here/src/main/resources/quotient/pretrained/$kind.safetensors" --half --overwrite \
  $sampling \
  --card "name=quotient-$kind" \
  --card "data=$2" \
  --card "recipe=$3" \
  --card "commit=$(git -C "$root" rev-parse HEAD)" \
  --card "licence=Apache-2.0" \
  --card "limits=$limits"
