package quotient.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import quotient.models.conformer.ConformerModel;
import quotient.models.conformer.PretrainedWeights;

/// Which conformer model a command line means: a run directory, a file, or the one that is shipped.
final class ModelFile {
  private ModelFile() {}

  /// Whether the shipped model is meant: nothing was given, or its name.
  static boolean isShipped(Optional<Path> given) {
    return given.isEmpty() || given.get().equals(Path.of(PretrainedWeights.NAME));
  }

  /// Reads the model; without a path, the shipped one.
  ///
  /// @throws UsageException if the shipped model is meant and not there
  static ConformerModel read(Optional<Path> given) throws IOException {
    return read(given, PretrainedWeights.find().isPresent());
  }

  static ConformerModel read(Optional<Path> given, boolean shipped) throws IOException {
    if (!isShipped(given)) {
      return ConformerModel.read(given.get());
    }
    if (!shipped) {
      throw new UsageException(
          "--model: the pretrained model is not there (its jar quotient-pretrained is missing); give"
              + " a run directory or a model file, as 'quotient train conformer --out RUN_DIR' makes");
    }
    return ConformerModel.pretrained();
  }

  /// What records call the model.
  static String name(Optional<Path> given) {
    return isShipped(given) ? PretrainedWeights.NAME : given.get().toString();
  }
}
