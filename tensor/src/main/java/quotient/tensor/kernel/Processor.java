package quotient.tensor.kernel;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Collectors;

/// What the system says about the processor. Speed may depend on it, never a number.
final class Processor {
  private static final Path LINUX = Path.of("/proc/cpuinfo");

  /// The first processor's part of it fits into so many lines.
  private static final int LINES = 8;

  private Processor() {}

  /// Whether an operation on 512 bits takes its unit twice: AMD's family 25, the fourth generation of
  /// Zen. False where the system does not say.
  static boolean halvesVectors() {
    return isFamily25(description());
  }

  private static String description() {
    String windows = System.getenv("PROCESSOR_IDENTIFIER");
    if (windows != null) {
      return windows;
    }
    if (!Files.isReadable(LINUX)) {
      return "";
    }
    try (BufferedReader lines = Files.newBufferedReader(LINUX)) {
      return lines.lines().limit(LINES).collect(Collectors.joining(" "));
    } catch (IOException | UncheckedIOException e) {
      return "";
    }
  }

  /// For instance `vendor_id : AuthenticAMD cpu family : 25 model : 17` on Linux, and
  /// `AMD64 Family 25 Model 97 Stepping 2, AuthenticAMD` on Windows.
  static boolean isFamily25(String description) {
    String words = description.toLowerCase(Locale.ROOT).replaceAll("[\\s:]+", " ");
    return words.contains("authenticamd") && words.contains("family 25 ");
  }
}
