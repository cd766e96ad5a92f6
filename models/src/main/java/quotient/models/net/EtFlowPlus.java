package quotient.models.net;

import java.util.ArrayList;
import java.util.List;
import quotient.autodiff.Parameter;
import quotient.autodiff.ParameterSet;
import quotient.autodiff.Tape;
import quotient.autodiff.Var;
import quotient.autodiff.op.Broadcast;
import quotient.autodiff.op.Elementwise;
import quotient.autodiff.op.FixedLinear;
import quotient.autodiff.op.LayerNorm;
import quotient.autodiff.op.Layout;
import quotient.autodiff.op.MatMul;
import quotient.autodiff.op.Segment;
import quotient.models.graph.GraphLinks;
import quotient.models.graph.MoleculeInput;
import quotient.models.net.layer.DistanceGeometry;
import quotient.models.net.layer.EdgeFeatures;
import quotient.models.net.layer.GatedLayer;
import quotient.models.net.layer.LayerStack;
import quotient.models.net.layer.NeighborMessages;
import quotient.models.net.layer.RadialGrid;
import quotient.models.net.layer.StereoFeatures;
import quotient.models.net.layer.VectorFeatures;
import quotient.models.net.layer.VectorUpdate;
import quotient.tensor.FloatTensor;
import quotient.tensor.ShapeException;
import quotient.tensor.random.RandomKey;

/// `etflow-plus`: ET-Flow's equivariant transformer with its faults put right.
///
/// True distances; bond orders, paths of two and three bonds and the geometry of double bonds on the
/// edges; a cutoff that reaches every message, so that the velocity is continuous; features without
/// arbitrary numbering; handedness through {@link StereoFeatures}. `docs/etflow-plus.md` has the
/// equations and the reasons.
///
/// Rotating the input rotates the output. Reflecting it reflects the output if the tags of all
/// stereocentres are reversed too; so a molecule without stereocentres has no preferred hand.
public final class EtFlowPlus implements Denoiser<MoleculeCondition> {
  private static final float EPSILON = 1e-5f;

  /// The radial functions are what the tables make of them: an interpolation error of 5e-6 is harmless.
  private static final double NODES_PER_WIDTH = 5;

  /// Positions enter as vectors in units of this many Å.
  private static final float LENGTH = 2;

  private final EtFlowPlusConfig config;
  private final ParameterSet parameters;
  private final RadialGrid grid;
  private final NeighborMessages neighbours;
  private final List<GatedLayer> layers = new ArrayList<>();

  /// A network with first values drawn from the key.
  public EtFlowPlus(EtFlowPlusConfig config, RandomKey key) {
    this.config = config;
    this.parameters = EtFlowPlusParameters.build(config, key);
    this.grid =
        new RadialGrid(
            parameters,
            parameters.get("radial.means"),
            parameters.get("radial.betas"),
            config.cutoff(),
            NODES_PER_WIDTH);
    this.neighbours =
        new NeighborMessages(
            parameters,
            grid,
            GraphLinks.KINDS,
            parameters.get("neighbour_element.weight"),
            parameters.get("neighbour_distance.weight"),
            parameters.get("neighbour_distance.bias"));
    for (int l = 0; l < config.layers(); l++) {
      layers.add(
          new GatedLayer(parameters, "layers." + l + ".", config.heads(), grid, GraphLinks.KINDS));
    }
  }

  public EtFlowPlusConfig config() {
    return config;
  }

  @Override
  public ParameterSet parameters() {
    return parameters;
  }

  @Override
  public Var forward(Tape tape, Var positions, float[] time, MoleculeCondition condition) {
    MoleculeInput input = condition.input();
    int atoms = input.atoms();
    if (positions.rows() != atoms || positions.columns() != 3 || time.length < input.molecules()) {
      throw new ShapeException(
          "network: "
              + atoms
              + " atoms of "
              + input.molecules()
              + " molecules need positions ["
              + atoms
              + ", 3] and as many times, found "
              + positions.shape()
              + " and "
              + time.length);
    }
    FixedLinear.Map removeMean = condition.removeMean();
    Var centred = FixedLinear.apply(tape, removeMean, positions); // [N, 3]
    EdgeFeatures edges = condition.connect(config.graphRule(), centred.value());
    DistanceGeometry.apply(tape, centred, grid, edges);
    StereoFeatures.Output stereo = StereoFeatures.apply(tape, centred, input); // [N, 3], [N, 3]
    Var code = code(tape, input, time); // [N, H]
    Var x = embed(tape, edges, input, stereo.scalars()); // [N, H]
    Var sources = // [N, 6]
        Layout.concatColumns(tape, Elementwise.scale(tape, centred, 1 / LENGTH), stereo.vectors());
    Var weights = linear(tape, Elementwise.add(tape, x, code), "seed"); // [N, 2 H]
    Var first = VectorFeatures.spread(tape, sources, weights); // [3 N, H]
    VectorUpdate.Updated last = // [N, H], [3 N, H]
        LayerStack.apply(
            tape,
            x,
            first,
            layers.size(),
            (l, scalars, vectors) -> layers.get(l).apply(tape, edges, scalars, vectors, code));
    Var normal = norm(tape, last.scalars(), "head.norm"); // [N, H]
    Var velocity = head(tape, normal, last.vectors(), centred); // [N, 3]
    return FixedLinear.apply(tape, removeMean, velocity);
  }

  /// c = Linear(LN(silu(Linear(numbers)))).
  private Var code(Tape tape, MoleculeInput input, float[] time) {
    FloatTensor numbers = tape.workspace().allocate(input.atoms(), AtomCode.WIDTH);
    AtomCode.write(input, time, numbers);
    Var first = linear(tape, tape.constant(numbers), "code_in");
    return linear(tape, norm(tape, Elementwise.silu(tape, first), "code_norm"), "code_out");
  }

  /// x = Linear([Emb[z] ; neighbours ; stereo]).
  private Var embed(Tape tape, EdgeFeatures edges, MoleculeInput input, Var stereo) {
    int[] elements = input.atomicNumbers();
    Var own = Segment.embedding(tape, parameters.get("element.weight"), elements, input.atoms());
    Var others = neighbours.apply(tape, edges, elements); // [N, H]
    return linear(tape, Layout.concatColumns(tape, own, others, stereo), "embedding");
  }

  /// v = w . (g V') + g_0 r, gates g from the scalars and the lengths of V''.
  private Var head(Tape tape, Var x, Var vectors, Var centred) {
    int h = config.channels();
    Var lengths = // [N, H]
        VectorFeatures.lengths(
            tape, MatMul.linear(tape, vectors, parameters.get("head.lengths.weight")));
    Var joined = Layout.concatColumns(tape, x, lengths); // [N, 2 H]
    Var hidden = Elementwise.silu(tape, linear(tape, joined, "head.hidden")); // [N, H]
    Var gates = linear(tape, hidden, "head.gates"); // [N, H + 1]
    Var own = MatMul.linear(tape, vectors, parameters.get("head.vectors.weight")); // [3 N, H]
    Var gated = VectorFeatures.gate(tape, own, Layout.sliceColumns(tape, gates, 0, h));
    Var mixed = MatMul.linear(tape, gated, parameters.get("head.velocity.weight")); // [3 N, 1]
    Var velocity = Layout.reshape(tape, mixed, centred.rows(), 3); // [N, 3]
    Var along = Layout.sliceColumns(tape, gates, h, h + 1); // [N, 1]
    return Elementwise.add(tape, velocity, Broadcast.multiplyColumn(tape, centred, along));
  }

  private Var linear(Tape tape, Var x, String name) {
    Parameter weight = parameters.get(name + ".weight");
    return MatMul.linear(tape, x, weight, parameters.get(name + ".bias"));
  }

  private Var norm(Tape tape, Var x, String name) {
    return LayerNorm.layerNorm(
        tape,
        x,
        tape.parameter(parameters.get(name + ".weight")),
        tape.parameter(parameters.get(name + ".bias")),
        EPSILON);
  }
}
