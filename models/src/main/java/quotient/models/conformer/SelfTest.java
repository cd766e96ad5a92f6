package quotient.models.conformer;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import quotient.autodiff.GradientCheck;
import quotient.autodiff.Tape;
import quotient.geometry.ShapeSpace;
import quotient.geometry.shape.SO3;
import quotient.models.data.ConformerDataset;
import quotient.models.data.ConformerSet;
import quotient.models.interpolant.Coupling;
import quotient.models.interpolant.Interpolant;
import quotient.models.interpolant.TimeGrid;
import quotient.models.net.MoleculeCondition;
import quotient.models.prior.BondGraph;
import quotient.models.prior.GaussianPrior;
import quotient.models.sample.NoiseSource;
import quotient.models.sample.OdeSampler;
import quotient.models.sample.SampleSettings;
import quotient.models.sample.SamplingBatch;
import quotient.models.sample.SelfConditioning;
import quotient.models.sample.VelocityField;
import quotient.models.train.Lanes;
import quotient.tensor.FloatTensor;
import quotient.tensor.Tensors;
import quotient.tensor.parallel.WorkerPool;
import quotient.tensor.random.Normal;
import quotient.tensor.random.RandomKey;

/// Quick checks of this program on this machine: gradients, symmetry, orders of the solvers, bits.
///
/// They take seconds and need no files; the statistical proof of the samplers is another matter.
public final class SelfTest {
  private static final RandomKey KEY = RandomKey.of(20_26).child("self-test");
  private static final float TIME = 0.4f;

  private final ConformerModel model;
  private final ConformerSet molecule;

  private SelfTest(ConformerModel model, ConformerSet molecule) {
    this.model = model;
    this.molecule = molecule;
  }

  /// One check.
  ///
  /// @param name what must hold
  /// @param value what was measured
  /// @param limit the largest value that passes
  public record Row(String name, double value, double limit) {
    /// Whether the value is within its limit; a value that is no number is not.
    public boolean passed() {
      return value <= limit;
    }
  }

  /// The checks, on a small network with random weights.
  public static List<Row> run() throws IOException {
    ConformerDataset data = ConformerDataset.embedded(ConformerDataset.Embedded.HELD_OUT);
    ConformerSettings small =
        new ConformerSettings(
            "etflow-so3",
            16,
            2,
            4,
            8,
            "quotient",
            "gaussian",
            "independent",
            "mse",
            "uniform",
            0.1,
            2,
            1,
            320,
            "norm");
    return new SelfTest(ConformerModel.create(small, KEY.child("weights"), data), data.get(0))
        .rows();
  }

  /// The checks, on the given model.
  public static List<Row> run(ConformerModel model) throws IOException {
    ConformerDataset data = ConformerDataset.embedded(ConformerDataset.Embedded.HELD_OUT);
    return new SelfTest(model, data.get(0)).rows();
  }

  private List<Row> rows() {
    List<Row> rows = new ArrayList<>();
    rows.add(new Row("gradient of the network equals differences", gradientError(), 0.02));
    rows.add(new Row("velocity turns with the molecule", rotationError(), 1e-4));
    rows.add(new Row("velocity ignores translations", translationError(), 1e-4));
    rows.add(new Row("projection leaves no angular momentum", angularMomentum(), 1e-10));
    rows.add(
        new Row(
            "Euler's method has order 1", Math.abs(order(new OdeSampler.Solver.Euler()) - 1), 0.2));
    rows.add(
        new Row(
            "Heun's method has order 2", Math.abs(order(new OdeSampler.Solver.Heun()) - 2), 0.3));
    rows.add(new Row("samples have the same bits on 1 and 2 threads", threadDifference(), 0));
    return rows;
  }

  // ---- the network ----

  private MoleculeCondition condition() {
    MoleculeCondition condition = new MoleculeCondition();
    NetworkInputs.add(condition.input(), molecule.graph());
    return condition;
  }

  private double gradientError() {
    Tape tape = new Tape(Tensors.singleThreaded());
    MoleculeCondition condition = condition();
    float[] time = {TIME};
    FloatTensor positions = FloatTensor.of(positions(), molecule.atomCount(), 3);
    return GradientCheck.check(
            tape,
            (t, inputs) -> model.network().forward(t, inputs[0], time, condition),
            new FloatTensor[] {positions},
            model.network().parameters(),
            KEY.child("gradient"),
            0x1p-10)
        .error();
  }

  /// A noisy conformer, as the network sees them.
  private float[] positions() {
    float[] x = molecule.conformers().getFirst().clone();
    for (int i = 0; i < x.length; i++) {
      x[i] = TIME * x[i] + (1 - TIME) * (float) Normal.at(KEY.child("noise"), i);
    }
    return x;
  }

  private float[] velocity(float[] x) {
    Tape tape = new Tape(Tensors.singleThreaded());
    try (Tape.Pass _ = tape.inference()) {
      return model
          .network()
          .forward(
              tape,
              tape.constant(FloatTensor.of(x, molecule.atomCount(), 3)),
              new float[] {TIME},
              condition())
          .value()
          .toArray();
    }
  }

  private double rotationError() {
    double[] r = new double[9];
    SO3.random(KEY.child("rotation"), r);
    return relative(turned(velocity(positions()), r), velocity(turned(positions(), r)));
  }

  private double translationError() {
    float[] moved = positions();
    for (int i = 0; i < moved.length; i++) {
      moved[i] += 1 + i % 3;
    }
    return relative(velocity(positions()), velocity(moved));
  }

  private static float[] turned(float[] x, double[] rotation) {
    float[] out = new float[x.length];
    SO3.rotate(rotation, x, out, 0, x.length);
    return out;
  }

  private static double relative(float[] expected, float[] found) {
    double most = 0;
    double scale = 0;
    for (int i = 0; i < expected.length; i++) {
      most = Math.max(most, Math.abs((double) expected[i] - found[i]));
      scale = Math.max(scale, Math.abs(expected[i]));
    }
    return most / scale;
  }

  // ---- geometry ----

  private static double angularMomentum() {
    int n = 7;
    double[] x = new double[3 * n];
    double[] v = new double[3 * n];
    Normal.fill(KEY.child("x"), x, 0, x.length);
    Normal.fill(KEY.child("v"), v, 0, v.length);
    ShapeSpace space = ShapeSpace.INSTANCE;
    space.projectPoint(x, 0, x.length);
    space.horizontal(x, v, v, 0, x.length);
    double[] sum = new double[3];
    for (int i = 0; i < x.length; i += 3) {
      sum[0] += x[i + 1] * v[i + 2] - x[i + 2] * v[i + 1];
      sum[1] += x[i + 2] * v[i] - x[i] * v[i + 2];
      sum[2] += x[i] * v[i + 1] - x[i + 1] * v[i];
    }
    return Math.abs(sum[0]) + Math.abs(sum[1]) + Math.abs(sum[2]);
  }

  // ---- solvers ----

  /// The order seen between 32 and 64 steps, on a normal law of standard deviation 0.5.
  ///
  ///     v = ((0.25 t - (1 - t)) / ((1 - t)^2 + 0.25 t^2)) x,   x(1) = 0.5 x(0)
  private static double order(OdeSampler.Solver solver) {
    return Math.log(endError(solver, 32) / endError(solver, 64)) / Math.log(2);
  }

  private static double endError(OdeSampler.Solver solver, int steps) {
    BondGraph[] graphs = {BondGraph.unbonded(5)};
    SamplingBatch batch =
        SamplingBatch.of(
            ShapeSpace.INSTANCE,
            Interpolant.linear(0),
            Coupling.parse("independent"),
            GaussianPrior.unit(),
            graphs);
    RandomKey[] keys = {KEY.child("order")};
    double[] x = batch.draw(GaussianPrior.unit(), graphs, keys);
    double[] start = x.clone();
    VelocityField field =
        (at, time, previous, out) -> {
          double t = time[0];
          double rate = (0.25 * t - (1 - t)) / ((1 - t) * (1 - t) + 0.25 * t * t);
          for (int i = 0; i < out.length; i++) {
            out[i] = rate * at[i];
          }
        };
    OdeSampler sampler =
        new OdeSampler("order", solver, TimeGrid.uniform(steps), SelfConditioning.Mode.OFF);
    sampler.run(batch, field, new NoiseSource.Keyed(keys, sampler.noiseSteps()), x);
    double worst = 0;
    for (int i = 0; i < x.length; i++) {
      worst = Math.max(worst, Math.abs(x[i] - 0.5 * start[i]));
    }
    return worst;
  }

  // ---- bits ----

  /// How many of three short samples differ between one thread and two.
  private double threadDifference() {
    List<float[]> one = samples(1);
    List<float[]> two = samples(2);
    int different = 0;
    for (int i = 0; i < one.size(); i++) {
      different += Arrays.equals(one.get(i), two.get(i)) ? 0 : 1;
    }
    return different;
  }

  private List<float[]> samples(int threads) {
    try (WorkerPool pool = WorkerPool.of(threads)) {
      SampleSettings d = SampleSettings.defaults();
      SampleSettings short3 =
          new SampleSettings(
              3, 0, d.sampler(), d.solver(), 4, d.timeGrid(), d.noiseScale(), molecule.atomCount());
      return new ConformerSampler(model, new Lanes(pool))
          .sample(
              List.of(new ConformerSampler.Request(molecule.graph(), KEY.child("sample"), 0, 3)),
              short3)
          .getFirst();
    }
  }
}
