package quotient.models.conformer;

import java.io.IOException;
import java.io.InputStream;
import java.util.Iterator;
import java.util.Optional;
import java.util.ServiceLoader;

/// The weights of a conformer model in a jar of its own, which programs may leave out.
///
/// Providers are found by {@link ServiceLoader}. *Thread-safe.*
public interface PretrainedWeights {
  /// What stands for the model where a file is expected.
  String NAME = "pretrained";

  /// A model file (safetensors with a description), from its beginning; the caller closes it.
  InputStream open() throws IOException;

  /// The provider on the module path or class path, if there is one.
  static Optional<PretrainedWeights> find() {
    Iterator<PretrainedWeights> found = ServiceLoader.load(PretrainedWeights.class).iterator();
    return found.hasNext() ? Optional.of(found.next()) : Optional.empty();
  }
}
