package quotient.tensor.kernel;

import java.lang.System.Logger.Level;

/// Chooses the kernel set once per process and logs one line about it.
///
/// The system property `quotient.kernels` is `auto` (default), `vector` or `scalar`. A forced
/// choice that is not to be had is an error; the automatic one falls back to scalar code and says
/// so.
public final class KernelProvider {
  private static final String PROPERTY = "quotient.kernels";
  private static final String VECTOR_MODULE = "jdk.incubator.vector";

  private KernelProvider() {}

  /// The kernel set of this process.
  ///
  /// @throws IllegalStateException if the set that was asked for is not to be had
  public static Kernels kernels() {
    return Choice.MADE;
  }

  /// The loops of message passing that go with {@link #kernels}.
  public static MessageKernels messageKernels() {
    return Choice.MESSAGES;
  }

  /// The loops of gated message passing that go with {@link #kernels}.
  public static GatedMessageKernels gatedMessageKernels() {
    return Choice.GATED;
  }

  /// The loops over clouds of points that go with {@link #kernels}.
  public static CloudKernels cloudKernels() {
    return Choice.CLOUDS;
  }

  /// The loops of attention that go with {@link #kernels}.
  public static AttentionKernels attentionKernels() {
    return Choice.ATTENTION;
  }

  private static final class Choice {
    static final Kernels MADE = choose(System.getProperty(PROPERTY, "auto"));
    static final MessageKernels MESSAGES =
        MADE.lanes() > 1 ? new VectorMessageKernels() : new ScalarMessageKernels();
    static final AttentionKernels ATTENTION =
        MADE.lanes() > 1 ? new VectorAttentionKernels() : new ScalarAttentionKernels();
    static final GatedMessageKernels GATED =
        MADE.lanes() > 1 ? new VectorGatedMessageKernels() : new ScalarGatedMessageKernels();
    static final CloudKernels CLOUDS =
        MADE.lanes() > 1 && VectorCloudKernels.isPossible()
            ? new VectorCloudKernels()
            : new ScalarCloudKernels();
  }

  /// The kernel set of that name.
  static Kernels choose(String wanted) {
    return switch (wanted) {
      case "scalar" -> logged(Level.DEBUG, new ScalarKernels(), wanted);
      case "vector" -> logged(Level.DEBUG, vector(), wanted);
      case "auto" -> {
        if (!hasVectorModule()) {
          yield logged(Level.INFO, new ScalarKernels(), wanted);
        }
        yield logged(Level.DEBUG, new VectorKernels(), wanted);
      }
      default ->
          throw new IllegalStateException(
              PROPERTY + "=" + wanted + ": expected auto, vector or scalar");
    };
  }

  private static Kernels vector() {
    if (!hasVectorModule()) {
      throw new IllegalStateException(
          PROPERTY
              + "=vector: module "
              + VECTOR_MODULE
              + " is not in this run-time; add --add-modules "
              + VECTOR_MODULE);
    }
    return new VectorKernels();
  }

  private static boolean hasVectorModule() {
    return ModuleLayer.boot().findModule(VECTOR_MODULE).isPresent();
  }

  private static Kernels logged(Level level, Kernels kernels, String wanted) {
    System.getLogger(KernelProvider.class.getPackageName())
        .log(
            level,
            "kernels: {0} ({1} lanes), asked for {2}",
            kernels.name(),
            kernels.lanes(),
            wanted);
    return kernels;
  }
}
