# From lines "strategy seed figure value" to a table and four pictures; see strategies.sh.
# A strategy is compared with conventional within pairs; a mean difference within two of its standard
# deviations over the seeds is called none.
{
  if (!($1 in known)) { known[$1] = 1; name[++strategies] = $1 }
  if (!($3 in figure)) { figure[$3] = 1; order[++figures] = $3 }
  if ($2 > seeds) seeds = $2
  value[$1, $2, $3] = $4
}
function mean(s, f,   k, sum) { sum = 0; for (k = 1; k <= seeds; k++) sum += value[s, k, f]; return sum / seeds }
function sd(s, f,   k, m, sum) {
  m = mean(s, f); sum = 0
  for (k = 1; k <= seeds; k++) sum += (value[s, k, f] - m) ^ 2
  return seeds > 1 ? sqrt(sum / (seeds - 1)) : 0
}
function verdict(s, f,   k, d, m, sum) {
  m = mean(s, f) - mean(name[1], f); sum = 0
  for (k = 1; k <= seeds; k++) { d = value[s, k, f] - value[name[1], k, f] - m; sum += d * d }
  if (s == name[1] || seeds < 2 || f ~ /^(floor|seconds)$/) return ""
  if (m * m <= 4 * sum / (seeds - 1)) return " none"
  if (f !~ /^(amr|cov|variation|torsions|loss|excess)/) return m > 0 ? " more" : " less"
  higher = f ~ /^cov/
  return (m > 0) == higher ? " better" : " worse"
}
function cell(s, f) { return sprintf("%.4f ± %.4f%s", mean(s, f), sd(s, f), verdict(s, f)) }
function colour(i) { split("#0f6e84 #c2571a #6a4fb3 #4c7d2f #a8326e #7a6a1f", palette, " "); return palette[i] }
function place(at, j, n, logarithmic) {
  if (logarithmic) return 60 + 360 * log(at[j] / at[1]) / log(at[n] / at[1])
  return 60 + 360 * (at[j] - at[1]) / (at[n] - at[1])
}
# Lines over the places of the figures f with these endings, on a logarithmic axis if asked.
function picture(file, title, f, ends, axis, logarithmic,   i, j, low, high, x, y, path, n, calls) {
  n = split(ends, calls, " ")
  low = 1e9; high = 0
  for (i = 1; i <= strategies; i++) for (j = 1; j <= n; j++) {
    y = mean(name[i], f calls[j]); if (y < low) low = y; if (y > high) high = y
  }
  if (high == low) high = low + 1e-6
  printf "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 560 360\" font-family=\"sans-serif\" font-size=\"12\">\n" > file
  printf "<text x=\"60\" y=\"22\" font-size=\"14\">%s</text>\n<rect x=\"60\" y=\"36\" width=\"360\" height=\"270\" fill=\"none\" stroke=\"#9aa6b8\"/>\n", title > file
  for (j = 1; j <= n; j++) {
    x = place(calls, j, n, logarithmic)
    printf "<text x=\"%.1f\" y=\"324\" text-anchor=\"middle\">%s</text>\n", x, calls[j] > file
  }
  printf "<text x=\"240\" y=\"346\" text-anchor=\"middle\">%s</text>\n", axis > file
  printf "<text x=\"54\" y=\"306\" text-anchor=\"end\">%.3f</text>\n<text x=\"54\" y=\"46\" text-anchor=\"end\">%.3f</text>\n", low, high > file
  for (i = 1; i <= strategies; i++) {
    path = ""
    for (j = 1; j <= n; j++) {
      x = place(calls, j, n, logarithmic)
      y = 306 - 270 * (mean(name[i], f calls[j]) - low) / (high - low)
      path = path sprintf("%.1f,%.1f ", x, y)
    }
    printf "<polyline points=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"2\"/>\n", path, colour(i) > file
    printf "<text x=\"430\" y=\"%d\" fill=\"%s\">%s</text>\n", 40 + 18 * i, colour(i), name[i] > file
  }
  print "</svg>" > file
  close(file)
}
# Quality after equal steps against the seconds they took.
function costs(file,   i, x, y, low, high, least, most) {
  low = 1e9; high = 0; most = 0
  for (i = 1; i <= strategies; i++) {
    x = mean(name[i], "seconds") * steps; y = mean(name[i], "amr-r-50")
    if (x > most) most = x
    if (y < low) low = y
    if (y > high) high = y
  }
  if (high == low) high = low + 1e-6
  printf "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 560 360\" font-family=\"sans-serif\" font-size=\"12\">\n" > file
  printf "<text x=\"60\" y=\"22\" font-size=\"14\">AMR-R [Å] after %d steps against seconds of training</text>\n<rect x=\"60\" y=\"36\" width=\"360\" height=\"270\" fill=\"none\" stroke=\"#9aa6b8\"/>\n", steps > file
  for (i = 1; i <= strategies; i++) {
    x = 60 + 360 * mean(name[i], "seconds") * steps / most
    y = 306 - 270 * (mean(name[i], "amr-r-50") - low) / (high - low)
    printf "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"5\" fill=\"%s\"/>\n<text x=\"430\" y=\"%d\" fill=\"%s\">%s</text>\n", x, y, colour(i), 40 + 18 * i, colour(i), name[i] > file
  }
  printf "<text x=\"60\" y=\"324\">0 s</text>\n<text x=\"420\" y=\"324\" text-anchor=\"end\">%.0f s</text>\n<text x=\"54\" y=\"306\" text-anchor=\"end\">%.3f</text>\n<text x=\"54\" y=\"46\" text-anchor=\"end\">%.3f</text>\n</svg>\n", most, low, high > file
  close(file)
}
END {
  printf "| figure |"
  for (i = 1; i <= strategies; i++) printf " %s |", name[i]
  printf "\n|---|"
  for (i = 1; i <= strategies; i++) printf "---|"
  print ""
  for (k = 1; k <= figures; k++) {
    if (order[k] ~ /^excess-/) continue
    printf "| %s |", order[k]
    for (i = 1; i <= strategies; i++) printf " %s |", cell(name[i], order[k])
    print ""
  }
  picture(out "/recall.svg", "AMR-R [Å]", "amr-r-", "5 10 20 50", "calls of the network", 1)
  picture(out "/precision.svg", "AMR-P [Å]", "amr-p-", "5 10 20 50", "calls of the network", 1)
  picture(out "/excess.svg", "squared error of the velocity against the exact one [Å²]", "excess-", "1 2 3 4 5 6 7 8 9 10", "tenths of the " steps " steps", 0)
  costs(out "/costs.svg")
}
