package quotient.bench.jmh;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/// How near to the multiply-add peak are matrix products at the networks' shapes?
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 5, time = 2)
@Measurement(iterations = 5, time = 1)
@Fork(
    value = 3,
    jvmArgsAppend = {"--add-modules", "jdk.incubator.vector"})
public class ProductBenchmark {
  /// Operation and size, as in the table of the program.
  @Param({
    "gemm-nn 512 512 512",
    "gemm-nn 2304 64 128",
    "gemm-nt 2304 256 256",
    "gemm-nt 2304 256 768",
    "gemm-nt 20000 160 160",
    "gemm-nt 20000 160 384",
    "gemm-tn 256 256 2304",
    "gemm-tn 160 160 20000",
    "attention-nt 128 128 64",
    "attention-nn 128 64 128",
    "attention-nt 18 18 32",
  })
  public String id;

  /// Of the pool that the operation may use.
  @Param({"1", "2"})
  public int threads;

  private Subject subject;

  /// Makes the inputs and checks the result once.
  @Setup
  public void prepare() {
    subject = new Subject(id, threads);
  }

  /// Ends the threads.
  @TearDown
  public void close() {
    subject.close();
  }

  /// One repetition.
  @Benchmark
  public void run(WorkCounter counter) {
    subject.run(counter);
  }
}
