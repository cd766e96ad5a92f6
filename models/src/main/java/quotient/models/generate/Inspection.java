package quotient.models.generate;

import java.util.Optional;
import quotient.models.generate.Conformer.Geometry;
import quotient.models.generate.Conformer.Stereo;
import quotient.models.metric.ConformerQuality;
import quotient.models.molecule.Perception;

/// Looks at the samples of one molecule: stereochemistry against its marks, distances against its
/// graph. Says which samples are to be drawn again, and which of two draws is the better one.
final class Inspection {
  private final Perception perception;
  private final RepairPolicy stereo;
  private final RepairPolicy geometry;

  Inspection(Perception perception, GenerateSettings settings) {
    this.perception = perception;
    this.stereo = settings.stereoPolicy();
    this.geometry = settings.geometryPolicy();
  }

  /// A first draw.
  Conformer of(float[] xyz) {
    Verdict verdict = look(xyz);
    return new Conformer(
        verdict.xyz, verdict.stereo, shape(verdict.quality, Geometry.OK), verdict.quality);
  }

  /// Whether another draw is wanted.
  boolean isToBeDrawnAgain(Conformer conformer) {
    return (conformer.stereo() == Stereo.WRONG && stereo == RepairPolicy.FIX)
        || (conformer.geometry() == Geometry.FAILED && geometry == RepairPolicy.FIX);
  }

  /// The better of a conformer that was not right and another draw in its place.
  Conformer better(Conformer before, float[] again) {
    Verdict verdict = look(again);
    boolean wasWrong = before.stereo() == Stereo.WRONG || before.stereo() == Stereo.RESAMPLED;
    Stereo kept =
        wasWrong && verdict.stereo != Stereo.WRONG && verdict.stereo != Stereo.UNCHECKED
            ? Stereo.RESAMPLED
            : verdict.stereo;
    boolean wasBroken = before.geometry() != Geometry.OK;
    Conformer drawn =
        new Conformer(
            verdict.xyz,
            kept,
            shape(verdict.quality, wasBroken ? Geometry.REDRAWN : Geometry.OK),
            verdict.quality);
    boolean wrong = drawn.stereo() == Stereo.WRONG;
    if (wrong != (before.stereo() == Stereo.WRONG)) {
      return wrong ? before : drawn;
    }
    return violation(drawn) < violation(before) || (wrong && violation(drawn) == violation(before))
        ? drawn
        : before;
  }

  private static double violation(Conformer conformer) {
    return conformer.quality().map(q -> q.geometry().violation()).orElse(0.0);
  }

  private record Verdict(float[] xyz, Stereo stereo, Optional<ConformerQuality> quality) {}

  private Verdict look(float[] xyz) {
    Optional<ConformerQuality> quality =
        geometry == RepairPolicy.OFF
            ? Optional.empty()
            : Optional.of(ConformerQuality.of(perception, xyz));
    if (stereo == RepairPolicy.OFF || !StereoCheck.applies(perception.molecule())) {
      return new Verdict(xyz, Stereo.UNCHECKED, quality);
    }
    StereoCheck check = StereoCheck.of(perception.molecule(), xyz);
    if (check.isRight()) {
      return new Verdict(xyz, Stereo.OK, quality);
    }
    if (stereo == RepairPolicy.FIX && check.isMirrored()) {
      return new Verdict(mirrored(xyz), Stereo.MIRRORED, quality);
    }
    return new Verdict(xyz, Stereo.WRONG, quality);
  }

  private static float[] mirrored(float[] xyz) {
    float[] mirrored = xyz.clone();
    for (int i = 0; i < mirrored.length; i += 3) {
      mirrored[i] = -mirrored[i];
    }
    return mirrored;
  }

  private static Geometry shape(Optional<ConformerQuality> quality, Geometry good) {
    return quality
        .map(q -> q.geometry().keepsGraph() ? good : Geometry.FAILED)
        .orElse(Geometry.UNCHECKED);
  }
}
