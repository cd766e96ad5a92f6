package quotient.models.net;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import quotient.autodiff.Parameter;
import quotient.autodiff.ParameterSet;
import quotient.autodiff.Tape;
import quotient.autodiff.Var;
import quotient.autodiff.op.Elementwise;
import quotient.autodiff.op.FixedLinear;
import quotient.autodiff.op.LayerNorm;
import quotient.autodiff.op.Layout;
import quotient.autodiff.op.MatMul;
import quotient.autodiff.op.Segment;
import quotient.models.graph.MoleculeInput;
import quotient.models.net.layer.AttentionLayer;
import quotient.models.net.layer.EdgeFeatures;
import quotient.models.net.layer.EdgeGeometry;
import quotient.models.net.layer.GatedBlock;
import quotient.models.net.layer.LayerStack;
import quotient.models.net.layer.NeighborMessages;
import quotient.models.net.layer.RadialGrid;
import quotient.models.net.layer.VectorUpdate;
import quotient.tensor.FloatTensor;
import quotient.tensor.Shape;
import quotient.tensor.ShapeException;
import quotient.tensor.random.RandomKey;

/// ET-Flow: an equivariant transformer on the radius graph of a molecule, with bonds.
///
/// Scalars x `[N, H]` and vectors V `[3 N, H]` per atom pass through L layers of attention over edges
/// ({@link AttentionLayer}); two gated blocks turn them into one vector per atom. Everything of the
/// released model is kept, also what surprises (squared distances, node features without chirality,
/// vector messages without attention), so that its checkpoints load; only the final addition and
/// subtraction of the positions, which costs digits and changes nothing else, is left out.
///
/// Rotating the input rotates the output; SO(3) variants tell mirror images apart, O(3) variants map
/// -x to -v. Source: Hassan et al. 2024 (ET-Flow), as released.
public final class EquivariantGraphTransformer implements Denoiser<MoleculeCondition> {
  private static final float EPSILON = 1e-5f;

  private final EtFlowConfig config;
  private final ParameterSet parameters;
  private final RadialGrid grid;
  private final NeighborMessages neighbours;
  private final List<AttentionLayer> layers = new ArrayList<>();
  private final GatedBlock firstHead;
  private final GatedBlock secondHead;

  /// A network with first values drawn from the key.
  public EquivariantGraphTransformer(EtFlowConfig config, RandomKey key) {
    this(config, EtFlowParameters.build(config, key));
  }

  private EquivariantGraphTransformer(EtFlowConfig config, ParameterSet parameters) {
    this.config = config;
    this.parameters = parameters;
    String p = EtFlowParameters.REPRESENTATION;
    this.grid =
        new RadialGrid(
            parameters,
            parameters.get(p + "distance_expansion.means"),
            parameters.get(p + "distance_expansion.betas"),
            config.cutoff());
    this.neighbours =
        new NeighborMessages(
            parameters,
            grid,
            config.graphRule().kinds(),
            parameters.get(p + "neighbor_embedding.embedding.weight"),
            parameters.get(p + "neighbor_embedding.distance_proj.weight"),
            parameters.get(p + "neighbor_embedding.distance_proj.bias"));
    for (int l = 0; l < config.layers(); l++) {
      layers.add(
          new AttentionLayer(
              parameters,
              p + "attention_layers." + l + ".",
              config.layout(),
              grid,
              config.graphRule().kinds()));
    }
    this.firstHead = head(EtFlowParameters.HEAD + "0.");
    this.secondHead = head(EtFlowParameters.HEAD + "1.");
  }

  private GatedBlock head(String p) {
    String second = p + EtFlowParameters.secondLinear(config);
    Optional<GatedBlock.Norm> norm =
        config.headNorm()
            ? Optional.of(
                new GatedBlock.Norm(
                    parameters.get(p + "update_net.1.weight"),
                    parameters.get(p + "update_net.1.bias")))
            : Optional.empty();
    return new GatedBlock(
        parameters.get(p + "vec1_proj.weight"),
        parameters.get(p + "vec2_proj.weight"),
        parameters.get(p + "update_net.0.weight"),
        parameters.get(p + "update_net.0.bias"),
        norm,
        parameters.get(second + ".weight"),
        parameters.get(second + ".bias"));
  }

  public EtFlowConfig config() {
    return config;
  }

  @Override
  public ParameterSet parameters() {
    return parameters;
  }

  /// Sees the values between the layers; for inspection.
  interface Watcher {
    /// @param layer -1 for the embedding
    void see(int layer, Var scalars, Var vectors);
  }

  @Override
  public Var forward(Tape tape, Var positions, float[] time, MoleculeCondition condition) {
    return forward(tape, positions, time, condition, (layer, scalars, vectors) -> {});
  }

  Var forward(
      Tape tape, Var positions, float[] time, MoleculeCondition condition, Watcher watcher) {
    MoleculeInput input = condition.input();
    int atoms = input.atoms();
    if (positions.rows() != atoms || positions.columns() != 3) {
      throw new ShapeException(
          "network: "
              + atoms
              + " atoms need positions ["
              + atoms
              + ", 3], found "
              + positions.shape());
    }
    FixedLinear.Map removeMean = condition.removeMean();
    Var centred = FixedLinear.apply(tape, removeMean, positions); // [N, 3]
    EdgeFeatures edges = condition.connect(config.graphRule(), centred.value());
    EdgeGeometry.apply(tape, centred, grid, edges);
    Var code = nodeCode(tape, input); // [N, H]
    Var x = embed(tape, edges, input); // [N, H]
    Var times = tape.constant(condition.timePerAtom(time)); // [N, 1]
    watcher.see(-1, x, Var.none());
    VectorUpdate.Updated last = // [N, H], [3 N, H]
        LayerStack.apply(
            tape,
            x,
            Var.none(), // V is zero at first
            layers.size(),
            (l, scalars, vectors) -> {
              VectorUpdate.Updated next =
                  layers.get(l).apply(tape, edges, scalars, vectors, times, code);
              watcher.see(l, next.scalars(), next.vectors());
              return next;
            });
    Var normal = norm(tape, last.scalars(), "out_norm"); // [N, H]
    GatedBlock.Output half = // [N, H/2], [3 N, H/2]
        firstHead.apply(tape, normal, last.vectors());
    Var scalars = Elementwise.silu(tape, half.scalars());
    Var velocity = secondHead.apply(tape, scalars, half.vectors()).vectors(); // [3 N, 1]
    return FixedLinear.apply(tape, removeMean, Layout.reshape(tape, velocity, atoms, 3));
  }

  /// a = Linear(LN(silu(Linear(features)))).
  private Var nodeCode(Tape tape, MoleculeInput input) {
    FloatTensor features =
        FloatTensor.view(input.features(), 0, Shape.of(input.atoms(), MoleculeInput.FEATURES));
    Var first = linear(tape, tape.constant(features), "node_mlp.0");
    Var normal = norm(tape, Elementwise.silu(tape, first), "node_mlp.2");
    return linear(tape, normal, "node_mlp.3");
  }

  /// x = Linear([Emb[z] ; neighbours]).
  private Var embed(Tape tape, EdgeFeatures edges, MoleculeInput input) {
    Var own =
        Segment.embedding(
            tape, get("embedding.weight"), input.atomicNumbers(), input.atoms()); // [N, H]
    Var others = neighbours.apply(tape, edges, input.atomicNumbers()); // [N, H]
    return linear(tape, Layout.concatColumns(tape, own, others), "neighbor_embedding.combine");
  }

  private Parameter get(String name) {
    return parameters.get(EtFlowParameters.REPRESENTATION + name);
  }

  private Var linear(Tape tape, Var x, String name) {
    return MatMul.linear(tape, x, get(name + ".weight"), get(name + ".bias"));
  }

  private Var norm(Tape tape, Var x, String name) {
    return LayerNorm.layerNorm(
        tape,
        x,
        tape.parameter(get(name + ".weight")),
        tape.parameter(get(name + ".bias")),
        EPSILON);
  }
}
