package quotient.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import quotient.models.backbone.BackboneModel;
import quotient.models.conformer.ConformerModel;
import quotient.models.io.PretrainedWeights;

/// Which model a command line means: a run directory, a file, or the one that is shipped.
final class ModelFile {
  /// What stands for the shipped backbone model where either kind could be meant.
  static final String BACKBONE = PretrainedWeights.NAME + "-" + BackboneModel.KIND;

  private ModelFile() {}

  /// Whether the shipped model is meant: nothing was given, or its name.
  static boolean isShipped(Optional<Path> given) {
    return given.isEmpty() || given.get().equals(Path.of(PretrainedWeights.NAME));
  }

  /// Whether the shipped backbone model is meant where either kind could be.
  static boolean isShippedBackbone(Path given) {
    return given.equals(Path.of(BACKBONE));
  }

  /// Reads a conformer model; without a path, the shipped one.
  ///
  /// @throws UsageException if the shipped model is meant and not there
  static ConformerModel read(Optional<Path> given) throws IOException {
    return read(given, isThere(ConformerModel.KIND));
  }

  static ConformerModel read(Optional<Path> given, boolean shipped) throws IOException {
    if (!isShipped(given)) {
      return ConformerModel.read(given.get());
    }
    requireShipped(shipped, ConformerModel.KIND);
    return ConformerModel.pretrained();
  }

  /// Reads a backbone model to sample with; without a path, the shipped one.
  ///
  /// @throws UsageException if the shipped model is meant and not there
  static BackboneModel readBackbone(Optional<Path> given) throws IOException {
    return readBackbone(given, isThere(BackboneModel.KIND));
  }

  static BackboneModel readBackbone(Optional<Path> given, boolean shipped) throws IOException {
    if (!isShipped(given) && !isShippedBackbone(given.get())) {
      return BackboneModel.readForSampling(given.get());
    }
    requireShipped(shipped, BackboneModel.KIND);
    return BackboneModel.pretrained();
  }

  /// Whether there is a shipped model of that kind.
  static boolean isThere(String kind) {
    return PretrainedWeights.find(kind).isPresent();
  }

  private static void requireShipped(boolean shipped, String kind) {
    if (!shipped) {
      throw new UsageException(
          "--model: the pretrained model is not there (its jar quotient-pretrained is missing); give"
              + " a run directory or a model file, as 'quotient train "
              + kind
              + " --out RUN_DIR' makes");
    }
  }

  /// What records call the model.
  static String name(Optional<Path> given) {
    return isShipped(given) ? PretrainedWeights.NAME : given.get().toString();
  }
}
