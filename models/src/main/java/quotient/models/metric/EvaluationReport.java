package quotient.models.metric;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import quotient.models.report.Section;

/// Evaluations as sections of a page.
public final class EvaluationReport {
  private static final int CURVE_POINTS = 60;
  private static final double CURVE_END = 1.5;

  private EvaluationReport() {}

  /// A table with a row per evaluation, and its coverage at every threshold.
  ///
  /// @param evaluations by the name of what was judged, in the order shown
  public static List<Section> sections(Map<String, ConformerEvaluation> evaluations) {
    List<Section> sections = new ArrayList<>();
    sections.add(table(evaluations));
    sections.add(curve(evaluations, true));
    sections.add(curve(evaluations, false));
    return sections;
  }

  private static Section table(Map<String, ConformerEvaluation> evaluations) {
    List<List<Object>> rows = new ArrayList<>();
    double threshold = 0;
    for (Map.Entry<String, ConformerEvaluation> entry : evaluations.entrySet()) {
      ConformerEvaluation e = entry.getValue();
      threshold = e.settings().threshold();
      rows.add(
          List.of(
              entry.getKey(),
              100 * e.recallCoverage(threshold).mean(),
              100 * e.precisionCoverage(threshold).mean(),
              e.recallAmr().mean(),
              e.recallAmr().median(),
              e.precisionAmr().mean(),
              e.precisionAmr().median(),
              100 * e.validGeometry(),
              100 * e.correctStereo().orElse(Double.NaN),
              e.failed()));
    }
    return new Section.Table(
        "Coverage and AMR",
        "Coverage at "
            + threshold
            + " Å, mean over molecules. Recall (R) is over reference conformers, precision (P) over"
            + " generated ones. AMR is the mean of the smallest heavy-atom RMSDs, mean | median over"
            + " molecules.",
        List.of(
            "conformers of",
            "COV-R [%]",
            "COV-P [%]",
            "AMR-R [Å]",
            "median",
            "AMR-P [Å]",
            "median",
            "valid [%]",
            "stereo [%]",
            "failed"),
        rows);
  }

  private static Section curve(Map<String, ConformerEvaluation> evaluations, boolean recall) {
    List<Section.Series> series = new ArrayList<>();
    for (Map.Entry<String, ConformerEvaluation> entry : evaluations.entrySet()) {
      double[] x = new double[CURVE_POINTS];
      double[] y = new double[CURVE_POINTS];
      for (int i = 0; i < CURVE_POINTS; i++) {
        x[i] = CURVE_END * (i + 1) / CURVE_POINTS;
        ConformerEvaluation e = entry.getValue();
        y[i] = 100 * (recall ? e.recallCoverage(x[i]) : e.precisionCoverage(x[i])).mean();
      }
      series.add(new Section.Series(entry.getKey(), x, y, Section.Series.Line.PLAIN));
    }
    return new Section.Chart(
        recall ? "Coverage of the references" : "Precision of the samples",
        recall
            ? "Share of reference conformers that a generated one comes as near as the threshold."
            : "Share of generated conformers that come as near as the threshold to a reference.",
        "threshold [Å]",
        "share [%]",
        false,
        series);
  }
}
