package quotient.models.verify;

import java.util.List;
import quotient.models.report.Section;

/// The table of a verification as a section of a page.
public final class VerificationReport {
  private VerificationReport() {}

  /// Every row, drawn as its distance from the exact value.
  public static Section section(List<Row> rows) {
    return new Section.Checks(
        "Verification",
        "Each sampler on targets that are known exactly. Negative controls are faults put in on"
            + " purpose: they are as they should be if they are detected.",
        rows.stream()
            .map(row ->
                new Section.Check(
                    row.space(),
                    row.sampler(),
                    row.statistic(),
                    row.value(),
                    row.expected(),
                    row.threshold(),
                    row.control(),
                    row.passed()))
            .toList());
  }
}
