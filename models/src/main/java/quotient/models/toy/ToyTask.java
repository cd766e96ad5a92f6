package quotient.models.toy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import quotient.autodiff.ParameterSet;
import quotient.autodiff.Tape;
import quotient.autodiff.Var;
import quotient.geometry.QuotientSpace;
import quotient.geometry.TotalSpace;
import quotient.models.interpolant.ConformerMixture;
import quotient.models.interpolant.PathSample;
import quotient.models.interpolant.PathSampler;
import quotient.models.interpolant.TimeDistribution;
import quotient.models.loss.Objective;
import quotient.models.loss.TimeWeight;
import quotient.models.loss.TrainingStrategy;
import quotient.models.loss.VelocityLoss;
import quotient.models.net.PlaneMlp;
import quotient.models.prior.BondGraph;
import quotient.models.sample.SelfConditioning;
import quotient.models.train.Lanes;
import quotient.models.train.TrainingTask;
import quotient.tensor.FloatTensor;
import quotient.tensor.Shape;
import quotient.tensor.random.Normal;
import quotient.tensor.random.RandomKey;

/// Training of a toy: endless fresh samples of the target, the perceptron, a strategy's objective.
///
/// Validation is the same for every strategy: the mean squared velocity error at fixed draws, on the
/// quotient (`loss`) and in full (`conventional`), and the error against the exact velocity on the
/// quotient (`excess`), which a perfect network brings to 0 under every strategy but the aligned
/// ones.
public final class ToyTask implements TrainingTask {
  private static final int SLICE = 64;
  private static final int VALIDATION_COUNT = 2048;
  private static final RandomKey VALIDATION = RandomKey.of(0x70f).child("validation");

  /// Later than this the exact velocity of a target without jitter is too steep to compare with.
  private static final double LATEST = 0.98;

  private final ToyModel model;
  private final ToyTarget target;
  private final PathSampler paths;
  private final TrainingStrategy strategy;
  private final VelocityLoss loss;
  private final ConformerMixture[] known;
  private final Queue<PlaneMlp.Times> scratch = new ConcurrentLinkedQueue<>();

  /// Trains the model's network.
  public ToyTask(ToyModel model) {
    this.model = model;
    this.target = model.settings().law();
    this.paths = model.paths();
    this.strategy = TrainingStrategy.parse(model.settings().strategy());
    this.loss = squared(model.space());
    this.known = target.mixture().map(m -> new ConformerMixture[] {m}).orElse(NOTHING);
  }

  private static final ConformerMixture[] NOTHING = {};

  private static VelocityLoss squared(ToySpace space) {
    return new VelocityLoss(
        VelocityLoss.Norm.SQUARED,
        VelocityLoss.Average.POINT,
        new TimeWeight.Constant(),
        space.axes(),
        false);
  }

  @Override
  public ParameterSet parameters() {
    return model.network().parameters();
  }

  @Override
  public List<Slice> draw(RandomKey key) {
    int batch = model.settings().batch();
    List<Slice> slices = new ArrayList<>();
    for (int first = 0; first < batch; first += SLICE) {
      int from = first;
      int to = Math.min(batch, first + SLICE);
      slices.add((tape, gradients) -> gradients(key, from, to, tape, gradients));
    }
    return slices;
  }

  /// All slices but the last are equally large, and those of validation too.
  @Override
  public Largest largest() {
    return new Largest(
        draw(VALIDATION).getFirst(),
        tape -> judge(0, SLICE, tape),
        model.settings().batch() <= SLICE,
        "--width");
  }

  private double gradients(RandomKey key, int first, int last, Tape tape, float[] gradients) {
    double share = (double) (last - first) / model.settings().batch();
    PathSample path = draw(key, first, last, paths.times());
    if (strategy instanceof TrainingStrategy.Ensemble) {
      ConformerMixture[] all = new ConformerMixture[path.clouds()];
      Arrays.fill(all, known[0]);
      path = path.knowing(all);
    }
    PlaneMlp.Times times = take();
    try (Tape.Pass _ = tape.recordingAnew(gradients)) {
      Var velocity = forward(tape, path, times);
      float[] out = velocity.value().toArray();
      float[] gradient = new float[out.length];
      double value =
          Objective.of(strategy, loss, paths)
              .evaluate(path, out, gradient, new double[path.clouds()]);
      for (int i = 0; i < gradient.length; i++) {
        gradient[i] *= (float) share;
      }
      tape.backward(velocity, FloatTensor.view(gradient, 0, velocity.shape()));
      return share * value;
    } finally {
      scratch.add(times);
    }
  }

  private PlaneMlp.Times take() {
    PlaneMlp.Times free = scratch.poll();
    return free == null ? new PlaneMlp.Times() : free;
  }

  /// Examples first..last of a batch: each depends on its own key alone.
  private PathSample draw(RandomKey key, int first, int last, TimeDistribution law) {
    int count = last - first;
    int n = model.space().coordinates();
    double[] time = new double[count];
    double[] x0 = new double[count * n];
    double[] x1 = new double[count * n];
    int[] start = new int[count + 1];
    BondGraph[] graphs = new BondGraph[count];
    for (int b = 0; b < count; b++) {
      RandomKey own = key.child(first + b);
      start[b + 1] = (b + 1) * n;
      graphs[b] = BondGraph.unbonded(n / model.space().axes());
      time[b] = law.draw(own.child("time"));
      Normal.fill(own.child("prior"), x0, start[b], start[b + 1]);
      target.sample(own.child("data"), x1, start[b]);
    }
    return paths.join(graphs, start, time, x0, x1, new double[count * n]);
  }

  private Var forward(Tape tape, PathSample path, PlaneMlp.Times times) {
    float[] positions = new float[path.xt().length];
    for (int i = 0; i < positions.length; i++) {
      positions[i] = (float) path.xt()[i];
    }
    float[] time = new float[path.clouds()];
    for (int b = 0; b < time.length; b++) {
      time[b] = (float) path.time()[b];
    }
    Shape shape = Shape.of(path.clouds(), model.space().coordinates());
    return model
        .network()
        .forward(tape, tape.constant(FloatTensor.view(positions, 0, shape)), time, times);
  }

  // ---- validation ----

  @Override
  public Map<String, Double> validate(Lanes lanes) {
    int slices = VALIDATION_COUNT / SLICE;
    double[][] parts = new double[slices][];
    lanes.forEach(
        slices,
        (index, tape, lane) -> parts[index] = judge(index * SLICE, (index + 1) * SLICE, tape));
    Map<String, Double> figures = new LinkedHashMap<>();
    String[] names = {"loss", "conventional", "excess"};
    for (int k = 0; k < names.length; k++) {
      double sum = 0;
      for (double[] part : parts) {
        sum += part[k];
      }
      figures.put(names[k], sum / slices);
    }
    return figures;
  }

  private double[] judge(int first, int last, Tape tape) {
    PathSample path = draw(VALIDATION, first, last, new TimeDistribution.Uniform(0, LATEST));
    PlaneMlp.Times times = take();
    double[] velocity = new double[path.xt().length];
    try (Tape.Pass _ = tape.inference()) {
      float[] out = forward(tape, path, times).value().toArray();
      for (int i = 0; i < out.length; i++) {
        velocity[i] = out[i];
      }
    } finally {
      scratch.add(times);
    }
    double[] exact = new double[velocity.length];
    SelfConditioning none = SelfConditioning.none();
    target.exact().velocity(path.xt(), path.time(), none, exact);
    QuotientSpace space = model.space().quotient();
    double[] unused = new double[velocity.length];
    double[] perCloud = new double[path.clouds()];
    return new double[] {
      loss.evaluate(path, space, velocity, path.velocity(), unused, perCloud),
      loss.evaluate(path, new TotalSpace(space), velocity, path.velocity(), unused, perCloud),
      loss.evaluate(path, space, velocity, exact, unused, perCloud)
    };
  }
}
