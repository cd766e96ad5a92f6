package quotient.models.conformer;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import quotient.autodiff.ParameterSet;
import quotient.autodiff.Tape;
import quotient.autodiff.Var;
import quotient.geometry.shape.SO3;
import quotient.models.data.Batcher;
import quotient.models.data.ConformerDataset;
import quotient.models.data.ConformerSet;
import quotient.models.interpolant.ConformerMixture;
import quotient.models.interpolant.PathSample;
import quotient.models.interpolant.PathSampler;
import quotient.models.loss.Objective;
import quotient.models.loss.TrainingStrategy;
import quotient.models.loss.VelocityLoss;
import quotient.models.net.MoleculeCondition;
import quotient.models.prior.BondGraph;
import quotient.models.train.Lanes;
import quotient.models.train.TrainingTask;
import quotient.tensor.FloatTensor;
import quotient.tensor.random.RandomKey;

/// Training of a conformer model: molecules, paths, the network and the objective of a strategy.
///
/// Validation is the same for every strategy: the squared velocity error per atom at fixed times,
/// starting clouds and noise, once on the quotient (`loss`), once in full (`conventional`), and once
/// on the quotient against the exact velocity of the judged molecules' own conformers (`excess`; only
/// for the independent coupling, where it is known). On the training molecules, excess is what the
/// network lacks; on others it is `loss` without the variance of its target.
public final class ConformerTask implements TrainingTask {
  /// Least number of times at which each validation molecule is judged.
  private static final int VALIDATION_TIMES = 4;

  /// Least number of validation examples in all.
  private static final int VALIDATION_EXAMPLES = 256;

  private static final RandomKey VALIDATION = RandomKey.of(0x5eed).child("validation");
  private static final RandomKey REHEARSAL = RandomKey.of(0x5eed).child("rehearsal");

  /// Scale of positions: as they are.
  private static final double TRUE = 1;

  /// Scale of positions at which all atoms of a molecule are neighbours, so that it has the most edges.
  private static final double CLOSE = 1e-3;

  private final ConformerModel model;
  private final ConformerDataset validation;
  private final Batcher batcher;
  private final TrainingStrategy strategy;
  private final VelocityLoss loss;
  private final int sliceAtoms;
  private final int examplesPerStep;
  private final TrainingMixture.Cache mixtures;
  private final Queue<MoleculeCondition> conditions = new ConcurrentLinkedQueue<>();

  /// @param training molecules to draw batches from
  /// @param validation molecules to judge on
  public ConformerTask(
      ConformerModel model, ConformerDataset training, ConformerDataset validation) {
    ConformerSettings s = model.settings();
    this.model = model;
    this.validation = validation;
    this.examplesPerStep = s.batch() * s.accumulate();
    boolean weighted = s.conformerWeights().equals("boltzmann");
    this.batcher = new Batcher(training, examplesPerStep, weighted);
    this.mixtures = new TrainingMixture.Cache(weighted, s.isTold());
    this.strategy = TrainingStrategy.parse(s.strategy());
    this.loss = VelocityLoss.parse(s.loss());
    this.sliceAtoms = s.sliceAtoms();
  }

  @Override
  public ParameterSet parameters() {
    return model.network().parameters();
  }

  @Override
  public List<Slice> draw(RandomKey key) {
    List<Slice> slices = new ArrayList<>();
    for (List<Batcher.Example> part : Batcher.slices(batcher.draw(key), sliceAtoms)) {
      slices.add((tape, gradients) -> gradients(part, TRUE, tape, gradients));
    }
    return slices;
  }

  @Override
  public Largest largest() {
    ConformerDataset training = batcher.dataset();
    long judged = (long) validation.size() * validationTimes();
    List<Batcher.Example> part =
        Batcher.largest(training, sliceAtoms, examplesPerStep, REHEARSAL.child("training"));
    List<Batcher.Example> other =
        Batcher.largest(validation, sliceAtoms, judged, REHEARSAL.child("validation"));
    int n = part.getFirst().molecule().atomCount();
    boolean alone = (long) examplesPerStep * n <= sliceAtoms;
    return new Largest(
        (tape, gradients) -> gradients(part, CLOSE, tape, gradients),
        tape -> rehearse(other, tape),
        alone,
        alone ? "--batch" : "--slice-atoms");
  }

  private double gradients(
      List<Batcher.Example> examples, double scale, Tape tape, float[] gradients) {
    PathSampler paths = model.paths();
    double share = (double) examples.size() / examplesPerStep;
    PathSample drawn = sample(examples, paths);
    PathSample path =
        strategy instanceof TrainingStrategy.Ensemble ? drawn.knowing(mixtures(examples)) : drawn;
    MoleculeCondition condition = condition(examples);
    try (Tape.Pass _ = tape.recordingAnew(gradients)) {
      Var velocity = forward(tape, path, scale, condition);
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
      conditions.add(condition);
    }
  }

  private ConformerMixture[] mixtures(List<Batcher.Example> examples) {
    ConformerMixture[] all = new ConformerMixture[examples.size()];
    for (int b = 0; b < all.length; b++) {
      all[b] = mixtures.of(examples.get(b).molecule());
    }
    return all;
  }

  /// Paths of the examples; for a network that is not equivariant each is turned at random first.
  PathSample sample(List<Batcher.Example> examples, PathSampler paths) {
    int clouds = examples.size();
    BondGraph[] graphs = new BondGraph[clouds];
    RandomKey[] keys = new RandomKey[clouds];
    int[] start = new int[clouds + 1];
    for (int b = 0; b < clouds; b++) {
      graphs[b] = examples.get(b).molecule().bonds();
      keys[b] = examples.get(b).key().child("path");
      start[b + 1] = start[b] + examples.get(b).coordinates().length;
    }
    float[] data = new float[start[clouds]];
    double[] rotation = new double[9];
    for (int b = 0; b < clouds; b++) {
      float[] x = examples.get(b).coordinates();
      System.arraycopy(x, 0, data, start[b], x.length);
      if (!model.settings().isEquivariant()) {
        SO3.random(examples.get(b).key().child("turn"), rotation);
        SO3.rotate(rotation, data, data, start[b], start[b + 1]);
      }
    }
    return paths.sample(graphs, start, data, keys);
  }

  private MoleculeCondition condition(List<Batcher.Example> examples) {
    MoleculeCondition free = conditions.poll();
    MoleculeCondition condition = free == null ? new MoleculeCondition() : free;
    condition.input().clear();
    for (Batcher.Example example : examples) {
      NetworkInputs.add(condition.input(), example.molecule().graph());
    }
    return condition;
  }

  private Var forward(Tape tape, PathSample path, double scale, MoleculeCondition condition) {
    int values = path.xt().length;
    float[] positions = new float[values];
    for (int i = 0; i < values; i++) {
      positions[i] = (float) (scale * path.xt()[i]);
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
    List<List<Batcher.Example>> slices = Batcher.slices(validationExamples(), sliceAtoms);
    double[][] quotient = new double[slices.size()][];
    double[][] conventional = new double[slices.size()][];
    double[][] excess = new double[slices.size()][];
    lanes.forEach(
        slices.size(),
        (index, tape, lane) -> {
          int clouds = slices.get(index).size();
          quotient[index] = new double[clouds];
          conventional[index] = new double[clouds];
          excess[index] = new double[clouds];
          judge(slices.get(index), TRUE, tape, quotient[index], conventional[index], excess[index]);
        });
    Map<String, Double> figures = new LinkedHashMap<>();
    figures.put("loss", mean(quotient));
    figures.put("conventional", mean(conventional));
    if (model.coupling().isIndependent()) {
      figures.put("excess", mean(excess));
    }
    return figures;
  }

  /// Each molecule's conformers in turn, at several times; the same in every validation of every run.
  private List<Batcher.Example> validationExamples() {
    List<Batcher.Example> examples = new ArrayList<>();
    int times = validationTimes();
    for (int m = 0; m < validation.size(); m++) {
      ConformerSet molecule = validation.get(m);
      for (int k = 0; k < times; k++) {
        RandomKey key = VALIDATION.child(m).child(k);
        examples.add(new Batcher.Example(molecule, k % molecule.conformers().size(), key));
      }
    }
    return examples;
  }

  private int validationTimes() {
    return Math.max(VALIDATION_TIMES, VALIDATION_EXAMPLES / validation.size());
  }

  /// The largest pass of validation, whose figures nobody wants.
  private void rehearse(List<Batcher.Example> examples, Tape tape) {
    int clouds = examples.size();
    judge(examples, CLOSE, tape, new double[clouds], new double[clouds], new double[clouds]);
  }

  private void judge(
      List<Batcher.Example> examples,
      double scale,
      Tape tape,
      double[] quotient,
      double[] conventional,
      double[] excess) {
    PathSampler paths = model.paths();
    PathSample path = sample(examples, paths);
    MoleculeCondition condition = condition(examples);
    try (Tape.Pass _ = tape.inference()) {
      float[] velocity = forward(tape, path, scale, condition).value().toArray();
      float[] unused = new float[velocity.length];
      VelocityLoss squared = VelocityLoss.meanSquare();
      Objective.of(TrainingStrategy.parse("quotient"), squared, paths)
          .evaluate(path, velocity, unused, quotient);
      Objective.of(TrainingStrategy.parse("conventional"), squared, paths)
          .evaluate(path, velocity, unused, conventional);
      if (paths.coupling().isIndependent()) {
        Objective.of(TrainingStrategy.parse("ensemble"), squared, paths)
            .evaluate(path.knowing(mixtures(examples)), velocity, unused, excess);
      }
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
    return sum / count;
  }
}
