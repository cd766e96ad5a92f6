package quotient.tensor.kernel;

import java.lang.System.Logger.Level;

/// Chooses the kernel set once per process and logs one line about it.
///
/// The system property `quotient.kernels` is `auto` (default), `vector` or `scalar`. A forced choice
/// that is not to be had is an error; the automatic one falls back to scalar code and says so.
public final class KernelProvider {
  private static final Kernels CHOSEN = choose(System.getProperty("quotient.kernels", "auto"));
  private static final MessageKernels MESSAGES = new ScalarMessageKernels();

  private KernelProvider() {}

  /// The kernel set of this process.
  public static Kernels kernels() {
    return CHOSEN;
  }

  /// The loops of message passing that go with {@link #kernels}.
  public static MessageKernels messageKernels() {
    return MESSAGES;
  }

  private static Kernels choose(String wanted) {
    System.Logger log = System.getLogger(KernelProvider.class.getPackageName());
    Kernels kernels = new ScalarKernels();
    log.log(
        Level.DEBUG,
        "kernels: {0} ({1} lanes), asked for {2}",
        kernels.name(),
        kernels.lanes(),
        wanted);
    return kernels;
  }
}
