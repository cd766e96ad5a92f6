package quotient.bench;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;

/// Tells whether the virtual machine has compiled since it was last asked.
@FunctionalInterface
interface Compilers {
  /// Whether compilers have worked since the last call.
  ///
  /// @param seconds that have passed since; a tenth of them is not worth waiting for
  boolean haveWorked(double seconds);

  /// Those of this process: its processor time less that of its Java threads, and the virtual machine's
  /// own account of compilation. The latter counts a method only when it is done, so it says nothing
  /// of one that takes a second. Collecting garbage counts as work, too.
  static Compilers ofThisProcess() {
    OperatingSystemMXBean process =
        ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    ThreadMXBean threads = ManagementFactory.getPlatformMXBean(ThreadMXBean.class);
    return new OfProcess(process, threads, ManagementFactory.getCompilationMXBean());
  }

  /// See {@link #ofThisProcess}. *Confined.*
  final class OfProcess implements Compilers {
    /// Processor time is told in hundredths of a second: less than two of them are none.
    private static final long LEAST = 20_000_000;

    private final OperatingSystemMXBean process;
    private final ThreadMXBean threads;
    private final CompilationMXBean compilation;
    private long before;
    private long compiledBefore;

    private OfProcess(
        OperatingSystemMXBean process, ThreadMXBean threads, CompilationMXBean compilation) {
      this.process = process;
      this.threads = threads;
      this.compilation = compilation;
    }

    @Override
    public boolean haveWorked(double seconds) {
      long now = process.getProcessCpuTime();
      for (long nanoseconds : threads.getThreadCpuTime(threads.getAllThreadIds())) {
        now -= Math.max(0, nanoseconds);
      }
      long compiled = 1_000_000 * compilation.getTotalCompilationTime();
      double least = Math.max(LEAST, seconds * 1e8);
      boolean worked = now - before >= least || compiled - compiledBefore >= least;
      if (worked || now < before || seconds * 1e9 >= LEAST) {
        before = now;
        compiledBefore = compiled;
      }
      return worked;
    }
  }
}
