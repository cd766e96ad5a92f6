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

/// How long does a user wait for a training step and a sampling step of the released networks?
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 5, time = 5)
@Measurement(iterations = 5, time = 5)
@Fork(
    value = 3,
    jvmArgsAppend = {"--add-modules", "jdk.incubator.vector"})
public class StepBenchmark {
  /// Operation and size, as in the table of the program.
  @Param({
    "etflow-sample-qm9 128 18",
    "etflow-train-qm9 128 18",
    "etflow-sample-drugs 48 44",
    "etflow-train-drugs 48 44",
  })
  public String id;

  /// Of the pool that the operation may use.
  @Param({"2"})
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
