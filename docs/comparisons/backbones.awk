# From lines "strategy seed figure value" to a table; see backbones.sh.
{
  if (!($1 in known)) { known[$1] = 1; name[++strategies] = $1 }
  if (!($2 in seen)) { seen[$2] = 1; seed[++seeds] = $2 }
  if (!($3 in figure)) { figure[$3] = 1; order[++figures] = $3 }
  value[$1, $2, $3] = $4
}
function mean(s, f,   k, sum) { sum = 0; for (k = 1; k <= seeds; k++) sum += value[s, seed[k], f]; return sum / seeds }
function sd(s, f,   k, m, sum) {
  m = mean(s, f); sum = 0
  for (k = 1; k <= seeds; k++) sum += (value[s, seed[k], f] - m) ^ 2
  return seeds > 1 ? sqrt(sum / (seeds - 1)) : 0
}
function verdict(s, f,   k, d, m, sum) {
  if (s == name[1] || seeds < 2) return ""
  m = mean(s, f) - mean(name[1], f); sum = 0
  for (k = 1; k <= seeds; k++) { d = value[s, seed[k], f] - value[name[1], seed[k], f] - m; sum += d * d }
  if (m * m <= 4 * sum / (seeds - 1)) return " none"
  if (f ~ /^(helix|strand|pair)/) return m > 0 ? " more" : " less"
  return (m > 0) == (f ~ /^(good|all|no)-/) ? " better" : " worse"
}
END {
  printf "| figure |"
  for (i = 1; i <= strategies; i++) printf " %s |", name[i]
  printf "\n|---|"
  for (i = 1; i <= strategies; i++) printf "---|"
  print ""
  for (k = 1; k <= figures; k++) {
    f = order[k]
    printf "| %s |", f
    for (i = 1; i <= strategies; i++) printf " %.4f ± %.4f%s |", mean(name[i], f), sd(name[i], f), verdict(name[i], f)
    print ""
  }
}
