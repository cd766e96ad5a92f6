package quotient.models.report;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import quotient.models.metric.BackboneStatistics;
import quotient.models.protein.Backbone;

/// Makes a backbone ready to be looked at: a tube through its alpha carbons.
public final class BackboneView {
  private BackboneView() {}

  /// The view of one chain with its main figures.
  public static MoleculeView of(Backbone chain) {
    BackboneStatistics s = BackboneStatistics.of(chain.alpha());
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("residues", String.valueOf(s.length()));
    facts.put("helix", percent(s.helix()));
    facts.put("strand", percent(s.strand()));
    facts.put("gyration", String.format(Locale.ROOT, "%.1f Å", s.gyration()));
    facts.put("good steps", percent(s.goodSteps()));
    int[] bonds = new int[3 * (chain.length() - 1)];
    for (int i = 0; i + 1 < chain.length(); i++) {
      bonds[3 * i] = i;
      bonds[3 * i + 1] = i + 1;
      bonds[3 * i + 2] = 1;
    }
    return new MoleculeView(
        chain.name(),
        facts,
        chain.residues(),
        bonds,
        true,
        List.of(new MoleculeView.Shape(chain.name(), false, chain.alpha())),
        List.of());
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, "%.0f %%", 100 * share);
  }
}
