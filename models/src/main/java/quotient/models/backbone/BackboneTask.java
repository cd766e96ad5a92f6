package quotient.models.backbone;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import quotient.autodiff.ParameterSet;
import quotient.autodiff.Tape;
import quotient.autodiff.Var;
import quotient.geometry.QuotientSpace;
import quotient.geometry.TotalSpace;
import quotient.models.data.BackboneBatcher;
import quotient.models.data.BackboneDataset;
import quotient.models.graph.ChainInput;
import quotient.models.interpolant.PathSample;
import quotient.models.interpolant.PathSampler;
import quotient.models.interpolant.TimeDistribution;
import quotient.models.loss.Objective;
import quotient.models.loss.StepEmphasis;
import quotient.models.loss.TrainingStrategy;
import quotient.models.loss.VelocityLoss;
import quotient.models.net.ProteinCondition;
import quotient.models.prior.BondGraph;
import quotient.models.sample.SelfConditioning;
import quotient.models.train.Lanes;
import quotient.models.train.TrainingTask;
import quotient.tensor.FloatTensor;
import quotient.tensor.random.RandomKey;

/// Training of a backbone model: chains, paths, self-conditioning, the network and the objective of a
/// strategy. Lengths are in nanometres throughout.
///
/// One coin for the whole step decides on self-conditioning: the network is then run once without an
/// estimate, and the estimate, without gradient, is given to the run that is learned from. Each
/// example keeps its fold class with a given probability, told by the example's own key.
///
/// Validation is the same for every strategy: the loss of proteina.md 5.2 at fixed times, starting
/// clouds and windows, without estimate and without fold class, once on the quotient (`loss`) and
/// once in full (`conventional`), and once more on the quotient of times from 0.9 alone (`late`), where
/// the local geometry of chains is learned. Source: proteina.md sections 2, 3.3, 5 and 7.
public final class BackboneTask implements TrainingTask {
  private static final int VALIDATION_TIMES = 4;
  private static final double LATE = 0.9;
  private static final double STEP_NM = 0.38;
  private static final RandomKey VALIDATION = RandomKey.of(0x5eed).child("backbone-validation");
  private static final RandomKey REHEARSAL = RandomKey.of(0x5eed).child("backbone-rehearsal");

  private final BackboneModel model;
  private final BackboneDataset validation;
  private final BackboneBatcher batcher;
  private final TrainingStrategy strategy;
  private final VelocityLoss loss = VelocityLoss.proteina();
  private final StepEmphasis emphasis;
  private final Queue<ProteinCondition> conditions = new ConcurrentLinkedQueue<>();

  /// @param training chains to draw batches from
  /// @param validation chains to judge on
  public BackboneTask(BackboneModel model, BackboneDataset training, BackboneDataset validation) {
    BackboneSettings s = model.settings();
    this.model = model;
    this.validation = validation;
    this.strategy = TrainingStrategy.parse(s.strategy());
    this.emphasis = new StepEmphasis(s.stepEmphasis(), STEP_NM, loss.weight());
    this.batcher =
        new BackboneBatcher(
            training, s.batch() * s.accumulate(), s.shortest(), s.longest(), s.compactness());
  }

  @Override
  public ParameterSet parameters() {
    return model.network().parameters();
  }

  @Override
  public List<Slice> draw(RandomKey key) {
    boolean estimated =
        key.child("self-conditioning").uniform(0) < model.settings().selfConditioning();
    List<Slice> slices = new ArrayList<>();
    for (List<BackboneBatcher.Example> part :
        BackboneBatcher.slices(batcher.draw(key), model.settings().slicePairs())) {
      slices.add((tape, gradients) -> gradients(part, estimated, tape, gradients));
    }
    return slices;
  }

  @Override
  public Largest largest() {
    BackboneSettings s = model.settings();
    boolean estimated = s.selfConditioning() > 0;
    List<List<BackboneBatcher.Example>> parts =
        batcher.largest(s.slicePairs(), batcher.size(), REHEARSAL.child("training"));
    List<List<BackboneBatcher.Example>> judged =
        windows()
            .largest(
                s.slicePairs(),
                (long) VALIDATION_TIMES * validation.size(),
                REHEARSAL.child("validation"));
    long n = parts.getLast().getFirst().length();
    boolean alone = batcher.size() * n * n <= s.slicePairs();
    return new Largest(
        (tape, gradients) -> {
          double sum = 0;
          for (List<BackboneBatcher.Example> part : parts) {
            sum += gradients(part, estimated, tape, gradients);
          }
          return sum;
        },
        tape ->
            judged.forEach(
                part -> judge(part, tape, new double[part.size()], new double[part.size()])),
        alone,
        alone ? "--batch" : "--slice-pairs");
  }

  private double gradients(
      List<BackboneBatcher.Example> examples, boolean estimated, Tape tape, float[] gradients) {
    PathSampler paths = model.paths();
    double share = (double) examples.size() / batcher.size();
    PathSample path = sample(examples, paths);
    ProteinCondition condition = condition(examples, model.settings().labelShare());
    try {
      if (estimated) {
        estimate(tape, path, condition);
      }
      try (Tape.Pass _ = tape.recordingAnew(gradients)) {
        Var velocity = forward(tape, path, condition);
        double[] out = wide(velocity.value());
        double[] slope = new double[out.length];
        double[] perCloud = new double[path.clouds()];
        Objective objective = Objective.of(strategy, loss, paths);
        double value = objective.evaluate(path, out, slope, perCloud);
        if (emphasis.factor() > 0) {
          value += emphasis.add(path, out, objective.target(path, out), slope, perCloud);
        }
        float[] gradient = new float[slope.length];
        for (int i = 0; i < gradient.length; i++) {
          gradient[i] = (float) slope[i] * (float) share;
        }
        tape.backward(velocity, FloatTensor.view(gradient, 0, velocity.shape()));
        return share * value;
      }
    } finally {
      conditions.add(condition);
    }
  }

  /// Gives the network its own estimate of the clean clouds at the same point, without gradient, as the
  /// sampler of this strategy will.
  private void estimate(Tape tape, PathSample path, ProteinCondition condition) {
    double[] velocity;
    try (Tape.Pass _ = tape.inference()) {
      velocity = wide(forward(tape, path, condition).value());
    }
    boolean projected = model.settings().ownEstimateMode() == SelfConditioning.Mode.PROJECTED;
    QuotientSpace space = strategy.isHorizontal() ? model.space() : new TotalSpace(model.space());
    float[] clean = new float[velocity.length];
    for (int b = 0; b < path.clouds(); b++) {
      int from = path.start()[b];
      int to = path.start()[b + 1];
      if (projected) {
        space.horizontal(path.xt(), velocity, velocity, from, to);
      }
      for (int i = from; i < to; i++) {
        clean[i] = (float) (path.xt()[i] + (1 - path.time()[b]) * velocity[i]);
      }
    }
    condition.setOwnEstimate(clean, 0);
  }

  private static double[] wide(FloatTensor x) {
    double[] out = new double[x.size()];
    for (int i = 0; i < out.length; i++) {
      out[i] = x.data()[x.offset() + i];
    }
    return out;
  }

  private static PathSample sample(List<BackboneBatcher.Example> examples, PathSampler paths) {
    int clouds = examples.size();
    BondGraph[] graphs = new BondGraph[clouds];
    RandomKey[] keys = new RandomKey[clouds];
    int[] start = new int[clouds + 1];
    for (int b = 0; b < clouds; b++) {
      graphs[b] = BondGraph.unbonded(examples.get(b).length());
      keys[b] = examples.get(b).key().child("path");
      start[b + 1] = start[b] + examples.get(b).cloudNm().length;
    }
    float[] data = new float[start[clouds]];
    for (int b = 0; b < clouds; b++) {
      double[] x = examples.get(b).cloudNm();
      for (int i = 0; i < x.length; i++) {
        data[start[b] + i] = (float) x[i];
      }
    }
    return paths.sample(graphs, start, data, keys);
  }

  /// @param labelShare the probability that an example keeps its fold class
  private ProteinCondition condition(List<BackboneBatcher.Example> examples, double labelShare) {
    ProteinCondition free = conditions.poll();
    ProteinCondition condition = free == null ? new ProteinCondition() : free;
    ChainInput input = condition.input();
    input.clear();
    condition.clearOwnEstimate();
    for (int b = 0; b < examples.size(); b++) {
      BackboneBatcher.Example example = examples.get(b);
      input.addChain(example.length());
      if (example.key().child("label").uniform(0) < labelShare) {
        input.setFold(b, example.fold().row(), ChainInput.UNKNOWN, ChainInput.UNKNOWN);
      }
    }
    return condition;
  }

  private Var forward(Tape tape, PathSample path, ProteinCondition condition) {
    int values = path.xt().length;
    float[] positions = new float[values];
    for (int i = 0; i < values; i++) {
      positions[i] = (float) path.xt()[i];
    }
    float[] times = new float[path.clouds()];
    for (int b = 0; b < times.length; b++) {
      times[b] = (float) path.time()[b];
    }
    Var x = tape.constant(FloatTensor.of(positions, values / 3, 3));
    return model.network().forward(tape, x, times, condition);
  }

  // ---- validation ----

  @Override
  public Map<String, Double> validate(Lanes lanes) {
    List<List<BackboneBatcher.Example>> slices =
        BackboneBatcher.slices(validationExamples(), model.settings().slicePairs());
    double[][] quotient = new double[slices.size()][];
    double[][] conventional = new double[slices.size()][];
    double[][] late = new double[slices.size()][];
    lanes.forEach(
        slices.size(),
        (index, tape, lane) -> {
          int clouds = slices.get(index).size();
          quotient[index] = new double[clouds];
          conventional[index] = new double[clouds];
          late[index] = judge(slices.get(index), tape, quotient[index], conventional[index]);
        });
    Map<String, Double> figures = new LinkedHashMap<>();
    figures.put("loss", mean(quotient));
    figures.put("conventional", mean(conventional));
    figures.put("late", mean(late));
    return figures;
  }

  /// Windows of the validation chains, as long as possible.
  private BackboneBatcher windows() {
    BackboneSettings s = model.settings();
    return new BackboneBatcher(validation, 1, 0, s.longest(), s.compactness());
  }

  /// Each chain at several times; the same in every validation of every run.
  private List<BackboneBatcher.Example> validationExamples() {
    BackboneBatcher windows = windows();
    List<BackboneBatcher.Example> examples = new ArrayList<>();
    for (int m = 0; m < validation.size(); m++) {
      for (int k = 0; k < VALIDATION_TIMES; k++) {
        examples.add(windows.example(validation.get(m), VALIDATION.child(m).child(k)));
      }
    }
    return examples;
  }

  /// Writes the losses of every example; returns those on the quotient at late times.
  private double[] judge(
      List<BackboneBatcher.Example> examples, Tape tape, double[] quotient, double[] conventional) {
    PathSampler paths = model.paths(TimeDistribution.BetaUniform.PROTEINA);
    PathSample path = sample(examples, paths);
    ProteinCondition condition = condition(examples, 0);
    try (Tape.Pass _ = tape.inference()) {
      float[] velocity = forward(tape, path, condition).value().toArray();
      float[] unused = new float[velocity.length];
      Objective.of(TrainingStrategy.parse("quotient"), loss, paths)
          .evaluate(path, velocity, unused, quotient);
      Objective.of(TrainingStrategy.parse("conventional"), loss, paths)
          .evaluate(path, velocity, unused, conventional);
      return IntStream.range(0, path.clouds())
          .filter(b -> path.time()[b] >= LATE)
          .mapToDouble(b -> quotient[b])
          .toArray();
    } finally {
      conditions.add(condition);
    }
  }

  private static double mean(double[][] parts) {
    double sum = 0;
    int count = 0;
    for (double[] part : parts) {
      for (double value : part) {
        sum += value;
        count++;
      }
    }
    return sum / Math.max(1, count);
  }
}
