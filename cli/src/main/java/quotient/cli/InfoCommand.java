package quotient.cli;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import quotient.tensor.Tensors;

/// `quotient info`: what this process runs on.
@Command(
    name = "info",
    header = "what the program runs on",
    footer = {"quotient info", "quotient info --json --kernels scalar"})
final class InfoCommand implements Callable<Integer> {
  private static final Path CPU_INFO = Path.of("/proc/cpuinfo");

  @Mixin private RuntimeOptions runtime = new RuntimeOptions();

  @Override
  public Integer call() throws IOException {
    try (Session session = runtime.open()) {
      JsonObject info = process(session);
      if (runtime.json()) {
        session.printJson(info);
      } else {
        printProcess(session, info);
      }
      return ExitCode.OK.code();
    }
  }

  private static JsonObject process(Session session) throws IOException {
    JsonObject info = new JsonObject();
    info.addProperty("schema", "quotient/info/1");
    info.addProperty("version", Version.text());
    info.addProperty("jdk", Version.jdk());
    info.addProperty("kernels", Tensors.kernelName());
    info.addProperty("lanes", Tensors.kernelLanes());
    info.addProperty("threads", session.options().threads());
    info.addProperty("processors", Runtime.getRuntime().availableProcessors());
    info.addProperty("heap_limit_bytes", Runtime.getRuntime().maxMemory());
    info.addProperty("cpu", cpu());
    info.addProperty(
        "os",
        System.getProperty("os.name")
            + " "
            + System.getProperty("os.version")
            + " "
            + System.getProperty("os.arch"));
    return info;
  }

  /// The processor's name where the system tells it, else its architecture.
  static String cpu() throws IOException {
    if (Files.isReadable(CPU_INFO)) {
      try (Stream<String> lines = Files.lines(CPU_INFO)) {
        return lines
            .filter(line -> line.startsWith("model name"))
            .map(line -> line.substring(line.indexOf(':') + 1).strip())
            .findFirst()
            .orElse(System.getProperty("os.arch"));
      }
    }
    return System.getProperty("os.arch");
  }

  private static void printProcess(Session session, JsonObject info) {
    row(session, "quotient", info.get("version").getAsString());
    row(session, "JDK", info.get("jdk").getAsString());
    row(
        session,
        "kernels",
        info.get("kernels").getAsString()
            + " ("
            + info.get("lanes").getAsInt()
            + " lanes of 32 bits)");
    row(
        session,
        "threads",
        info.get("threads").getAsInt()
            + " of "
            + info.get("processors").getAsInt()
            + " processors");
    row(
        session,
        "heap limit",
        String.format(
            Locale.ROOT,
            "%.1f GiB",
            info.get("heap_limit_bytes").getAsLong() / (double) (1L << 30)));
    row(session, "processor", info.get("cpu").getAsString());
    row(session, "system", info.get("os").getAsString());
  }

  private static void row(Session session, String name, String value) {
    session.out().printf(Locale.ROOT, "%-12s %s%n", name, value);
  }
}
