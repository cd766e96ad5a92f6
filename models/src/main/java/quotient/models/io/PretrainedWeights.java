package quotient.models.io;

import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.ServiceLoader;

/// The weights of a model in a jar of its own, which programs may leave out.
///
/// Providers are found by {@link ServiceLoader}. *Thread-safe.*
public interface PretrainedWeights {
  /// What stands for the model where a file is expected.
  String NAME = "pretrained";

  /// The kind of model, as its file says it: `conformer` or `backbone`.
  String kind();

  /// A model file (safetensors with a description), from its beginning; the caller closes it.
  InputStream open() throws IOException;

  /// The provider of that kind on the module path or class path, if there is one.
  static Optional<PretrainedWeights> find(String kind) {
    for (PretrainedWeights found : ServiceLoader.load(PretrainedWeights.class)) {
      if (found.kind().equals(kind)) {
        return Optional.of(found);
      }
    }
    return Optional.empty();
  }

  /// The same where there has to be one.
  ///
  /// @throws IllegalStateException if the jar is not there
  static PretrainedWeights require(String kind) {
    return find(kind)
        .orElseThrow(() ->
            new IllegalStateException(
                "the pretrained model: the jar quotient-pretrained is not on the module path;"
                    + " add it, or give a run directory or a model file"));
  }
}
