package quotient.bench.peers;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.openblas.global.openblas_nolapack;
import org.bytedeco.pytorch.global.torch;
import quotient.bench.Bench;
import quotient.bench.Case;
import quotient.bench.OurWorks;
import quotient.bench.SideServer;
import quotient.bench.Workload;
import quotient.tensor.parallel.WorkerPool;

/// A process with libtorch and OpenBLAS that does what it is asked on its standard input.
public final class PeerMain {
  private static final String TORCH = "libtorch";
  private static final String BLAS = "openblas";

  private PeerMain() {}

  public static void main(String[] args) throws IOException {
    PrintStream answers = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    System.setOut(System.err); // whatever else is printed must not look like an answer
    Properties versions = versions();
    SideServer.serve(
        List.of(TORCH + "=" + version(versions, TORCH), BLAS + "=" + version(versions, BLAS)),
        PeerMain::prepare,
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)),
        answers);
  }

  private static Properties versions() throws IOException {
    Properties versions = new Properties();
    try (InputStream in =
        Objects.requireNonNull(PeerMain.class.getResourceAsStream("versions.properties"))) {
      versions.load(in);
    }
    return versions;
  }

  /// Without the version of JavaCPP.
  private static String version(Properties versions, String library) {
    return Objects.requireNonNull(versions.getProperty(library)).replaceFirst("-.*", "");
  }

  /// Loads the native libraries when one is first asked for: our own code is measured without them.
  private static Optional<Workload> prepare(String library, int threads, Case what) {
    if (library.equals(Bench.OURS)) {
      return Optional.of(OurWorks.prepare(what, WorkerPool.of(threads)));
    }
    Loader.load(torch.class);
    Loader.load(openblas_nolapack.class);
    torch.set_num_threads(threads);
    org.bytedeco.openblas.presets.openblas.blas_set_num_threads(threads);
    return switch (library) {
      case TORCH -> TorchWorks.prepare(what);
      case BLAS -> BlasWork.prepare(what);
      default -> Optional.empty();
    };
  }
}
