package quotient.pretrained;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/// The data sets that lie beside the repository where there are any.
final class SharedData {
  private SharedData() {}

  /// A file of the data folder; a test that needs one is skipped where there is none.
  static Path file(String relative) {
    Path root = Path.of("").toAbsolutePath();
    while (root != null && !Files.isDirectory(root.resolve(".mvn"))) {
      root = root.getParent();
    }
    Path found =
        root == null ? Path.of("shared") : root.resolveSibling("shared/data").resolve(relative);
    Assumptions.assumeTrue(Files.exists(found), () -> "needs " + found);
    return found;
  }
}
