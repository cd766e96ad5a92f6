package quotient.chemistry;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/// Finds the data beside the repository; tests that need it are skipped elsewhere.
final class Shared {
  private Shared() {}

  static Path path(String relative) {
    Path root = Path.of("").toAbsolutePath();
    while (root != null && !Files.isDirectory(root.resolve(".mvn"))) {
      root = root.getParent();
    }
    Path found = root == null ? Path.of("shared") : root.resolveSibling("shared").resolve(relative);
    Assumptions.assumeTrue(Files.exists(found), () -> "needs " + found);
    return found;
  }
}
