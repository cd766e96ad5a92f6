package quotient.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;
import picocli.CommandLine.IVersionProvider;

/// The version of this build, and the oldest JDK it should run on.
final class Version implements IVersionProvider {
  /// Earlier updates of JDK 25 may move pinned arrays (JDK-8377811).
  private static final Runtime.Version FLOOR = Runtime.Version.parse("25.0.3");

  static String text() {
    try (InputStream in = Version.class.getResourceAsStream("version.properties")) {
      Properties properties = new Properties();
      if (in != null) {
        properties.load(in);
      }
      return properties.getProperty("version", "unknown");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static boolean isJdkBelowFloor() {
    return Runtime.version().compareToIgnoreOptional(FLOOR) < 0;
  }

  static String jdk() {
    return Runtime.version()
        + " ("
        + System.getProperty("java.vm.name")
        + ", "
        + System.getProperty("java.vendor.version", System.getProperty("java.vendor"))
        + ")";
  }

  @Override
  public String[] getVersion() {
    return new String[] {"quotient " + text(), "JDK " + jdk()};
  }
}
