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

/// Do loops over rows and edges run at the speed of memory?
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 5, time = 2)
@Measurement(iterations = 5, time = 1)
@Fork(
    value = 3,
    jvmArgsAppend = {"--add-modules", "jdk.incubator.vector"})
public class RowBenchmark {
  /// Operation and size, as in the table of the program.
  @Param({
    "softmax 8192 128",
    "softmax-backward 8192 128",
    "layer-norm 2304 256",
    "layer-norm-backward 2304 256",
    "segment-sum 20000 2304 160",
    "gather-rows 20000 2304 160",
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
