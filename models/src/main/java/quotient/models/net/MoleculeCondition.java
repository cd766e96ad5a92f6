package quotient.models.net;

import java.util.Arrays;
import quotient.models.graph.GraphRule;
import quotient.models.graph.MolecularGraph;
import quotient.models.graph.MoleculeInput;
import quotient.models.graph.MoleculePairs;
import quotient.models.net.layer.EdgeFeatures;
import quotient.models.net.layer.RemoveMean;
import quotient.tensor.FloatTensor;
import quotient.tensor.Shape;

/// What a molecular network is told besides positions and times, and the memory of its calls.
///
/// Keep one per thread, refill its {@link #input} for other molecules; sampling steps reuse it.
/// *Confined.*
public final class MoleculeCondition {
  private final MoleculeInput input;
  private final RemoveMean removeMean;
  private GraphRule rule = new GraphRule(1, 1, 1, 1, 1);
  private EdgeFeatures edges = new EdgeFeatures(new MolecularGraph(rule), rule.kinds());
  private long graphVersion = -1;
  private final MoleculePairs pairs = new MoleculePairs();
  private long pairsVersion = -1;
  private float[] timeColumn = new float[0];

  /// A condition about no molecules yet; fill its input.
  public MoleculeCondition() {
    this(new MoleculeInput());
  }

  /// A condition about the given molecules; the input stays the caller's to refill between calls.
  public MoleculeCondition(MoleculeInput input) {
    this.input = input;
    this.removeMean = new RemoveMean(input);
  }

  public MoleculeInput input() {
    return input;
  }

  /// Takes away each molecule's mean.
  RemoveMean removeMean() {
    return removeMean;
  }

  /// The edges at these positions, ready for their features.
  ///
  /// @param centred positions without mean, `[N, 3]`
  EdgeFeatures connect(GraphRule wanted, FloatTensor centred) {
    if (!wanted.equals(rule)) {
      rule = wanted;
      edges = new EdgeFeatures(new MolecularGraph(wanted), wanted.kinds());
      graphVersion = -1;
    }
    MolecularGraph graph = edges.graph();
    if (graphVersion != input.version()) {
      graph.begin(input);
      graphVersion = input.version();
    }
    graph.connect(input.molecules(), input.starts(), centred.data(), centred.offset());
    return edges;
  }

  /// All pairs of atoms of each molecule.
  MoleculePairs pairs() {
    if (pairsVersion != input.version()) {
      pairs.fill(input);
      pairsVersion = input.version();
    }
    return pairs;
  }

  /// The time of each atom's molecule, `[N, 1]`; borrowed until the next call.
  FloatTensor timePerAtom(float[] time) {
    if (time.length < input.molecules()) {
      throw new IllegalArgumentException(
          "network: " + input.molecules() + " molecules need as many times, found " + time.length);
    }
    if (timeColumn.length < input.atoms()) {
      timeColumn = new float[input.atoms()];
    }
    for (int m = 0; m < input.molecules(); m++) {
      Arrays.fill(timeColumn, input.start(m), input.start(m + 1), time[m]);
    }
    return FloatTensor.view(timeColumn, 0, Shape.of(input.atoms(), 1));
  }
}
