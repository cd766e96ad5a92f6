package quotient.bench.peers;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import quotient.autodiff.Parameter;
import quotient.autodiff.ParameterSet;
import quotient.models.net.EtFlowConfig;

/// ET-Flow as an eager libtorch program: the same network, weights by the released names.
///
/// Written as one would write it for speed with ordinary operators: whole edge tensors, edges grouped
/// by target, one `linear` for what shares an input, fused `addcmul`, `index_select` and `index_add`,
/// values in place where no gradient is wanted. Weights whose rows go by heads are reordered so that
/// the parts of a value are contiguous. Temporary tensors are freed as C++ would free them, after each
/// part of a layer.
/// Source: Hassan et al. 2024 (ET-Flow), as released.
final class TorchEtFlow {
  private static final double EPSILON = 1e-5;

  private static final String REPRESENTATION = "network.representation_model.";
  private static final String HEAD = "network.output_model.output_network.";

  // Belong to the scope that holds the network: static ones would die with the first network.
  private final Scalar half = new Scalar(0.5);

  /// Radial functions end at e^-60 instead of dying out through denormal numbers, on which products
  /// run several times more slowly; no sum of single precision can tell.
  private final Scalar leastExponent = new Scalar(-60.0);

  private final Scalar minusOne = new Scalar(-1.0);
  private final Scalar one = new Scalar(1.0);

  private final EtFlowConfig config;
  private final boolean training;
  private final long channels;
  private final long heads;
  private final long parts;
  private final Map<String, Tensor> weights = new LinkedHashMap<>();
  private final Map<String, Tensor> reordered = new LinkedHashMap<>();
  private final Tensor byPart;
  private final Tensor turnedOnce = Torch.indices(new int[] {1, 2, 0});
  private final Tensor turnedTwice = Torch.indices(new int[] {2, 0, 1});

  TorchEtFlow(EtFlowConfig config, ParameterSet parameters, boolean training) {
    this.config = config;
    this.training = training;
    this.channels = config.channels();
    this.heads = config.heads();
    this.parts = config.layout().parts();
    float[] values = parameters.copyValues();
    for (Parameter p : parameters.parameters()) {
      long[] shape = new long[p.shape().rank()];
      for (int d = 0; d < shape.length; d++) {
        shape[d] = p.shape().dim(d);
      }
      float[] own = java.util.Arrays.copyOfRange(values, p.offset(), p.offset() + p.shape().size());
      weights.put(p.name(), Torch.of(own, shape).requires_grad_(training));
    }
    this.byPart = Torch.indices(byPart());
    if (!training) {
      for (String name : weights.keySet()) {
        if (name.contains(".v_proj.") || name.contains(".dv_proj.")) {
          reordered.put(name, weights.get(name).index_select(0, byPart));
        }
      }
    }
  }

  /// Row `b H + h d + e` of the new order is row `h c d + b d + e` of the released one.
  private int[] byPart() {
    int d = (int) (channels / heads);
    int c = (int) parts;
    int[] order = new int[(int) (parts * channels)];
    for (int b = 0; b < c; b++) {
      for (int channel = 0; channel < channels; channel++) {
        order[b * (int) channels + channel] = channel / d * c * d + b * d + channel % d;
      }
    }
    return order;
  }

  /// All weights, by name, in the order of the released checkpoints.
  Map<String, Tensor> weights() {
    return weights;
  }

  /// What a call is told besides the weights.
  ///
  /// @param molecules how many
  /// @param atoms of each
  /// @param numbers atomic numbers, `[N]`
  /// @param features of the atoms, `[N, 10]`
  /// @param positions centred, `[N, 3]`
  /// @param time of each atom, `[N, 1]`
  /// @param source of each edge, `[E]`
  /// @param target of each edge, not falling, `[E]`
  /// @param type 1 for bonds, `[E, 1]`
  record Inputs(
      long molecules,
      long atoms,
      Tensor numbers,
      Tensor features,
      Tensor positions,
      Tensor time,
      Tensor source,
      Tensor target,
      Tensor type) {
    long points() {
      return molecules * atoms;
    }
  }

  /// What is known of the edges.
  private record Edges(Tensor features, Tensor cutoff, Tensor direction) {}

  /// A scalar and a vector tensor.
  private record Pair(Tensor scalars, Tensor vectors) {}

  /// The velocities, `[N, 3]`.
  Tensor forward(Inputs in) {
    Edges edges = edges(in);
    Tensor code = nodeCode(in);
    Tensor x = embed(in, edges);
    Tensor v = torch.zeros(in.points(), 3, channels);
    Pair state = new Pair(x, v);
    for (int l = 0; l < config.layers(); l++) {
      state = layer(REPRESENTATION + "attention_layers." + l + ".", in, edges, code, state);
    }
    Tensor scalars = norm(state.scalars(), REPRESENTATION + "out_norm");
    Pair half = head(0, scalars, state.vectors(), channels / 2);
    Pair whole = head(1, silu(half.scalars()), half.vectors(), 1);
    Tensor velocity = whole.vectors().view(in.molecules(), in.atoms(), 3);
    return velocity.sub(velocity.mean(new long[] {1}, true, null)).view(in.points(), 3);
  }

  private Edges edges(Inputs in) {
    double range = config.cutoff();
    Tensor r =
        in.positions()
            .index_select(0, in.source())
            .sub(in.positions().index_select(0, in.target()));
    Tensor s = r.square().sum(new long[] {1}, true, null); // [E, 1]
    Tensor direction = r.div(s.clamp_min(new Scalar(0.01)));
    Tensor cutoff =
        s.mul(new Scalar(Math.PI / range))
            .cos()
            .add(one)
            .mul(half)
            .mul(s.lt(new Scalar(range)).to(torch.ScalarType.Float));
    Tensor decay = s.mul(new Scalar(-5 / range)).exp();
    Tensor shifted = decay.sub(weight("distance_expansion.means"));
    Tensor exponent = shifted.square().mul(weight("distance_expansion.betas")).neg();
    Tensor radial = exponent.clamp_min(leastExponent).exp().mul(cutoff);
    return new Edges(cat(radial, in.type()), cutoff, direction);
  }

  private Tensor nodeCode(Inputs in) {
    Tensor hidden = silu(linear(in.features(), REPRESENTATION + "node_mlp.0"));
    return linear(norm(hidden, REPRESENTATION + "node_mlp.2"), REPRESENTATION + "node_mlp.3");
  }

  private Tensor embed(Inputs in, Edges edges) {
    Tensor own = torch.embedding(weight("embedding.weight"), in.numbers());
    Tensor sums =
        freeing(() -> {
          String p = "neighbor_embedding.";
          Tensor w = linear(edges.features(), REPRESENTATION + p + "distance_proj");
          Tensor elements = in.numbers().index_select(0, in.source());
          Tensor others = torch.embedding(weight(p + "embedding.weight"), elements);
          Tensor messages = w.mul(edges.cutoff()).mul(others);
          return sum(in, messages);
        });
    return linear(cat(own, sums), REPRESENTATION + "neighbor_embedding.combine");
  }

  private Pair layer(String p, Inputs in, Edges edges, Tensor code, Pair state) {
    PointerScope outer = PointerScope.getInnerScope();
    try (PointerScope scope = new PointerScope()) {
      Tensor joined = cat(state.scalars(), in.time(), code);
      Tensor hidden = silu(linear(joined, p + "mixing_mlp.0"));
      Tensor y = norm(linear(hidden, p + "mixing_mlp.2"), p + "layernorm");
      Tensor q = norm(linear(y, p + "q_proj.0"), p + "q_proj.1");
      Tensor k = norm(linear(y, p + "k_proj.0"), p + "k_proj.1");
      Tensor v = torch.linear(y, byPart(p + "v_proj.weight"), byPart(p + "v_proj.bias"));
      Tensor projected = torch.linear(state.vectors(), weights.get(p + "vec_proj.weight"));
      Tensor v3 = projected.narrow(2, 2 * channels, channels);
      Tensor dot =
          freeing(() ->
              projected
                  .narrow(2, 0, channels)
                  .mul(projected.narrow(2, channels, channels))
                  .sum(1)); // [N, H]
      Tensor w = freeing(() -> attention(p, in, edges, q, k)); // [E, A, 1]
      Tensor u = freeing(() -> value(p, in, edges, v)); // [E, c, H]
      Tensor scalarSum = freeing(() -> sum(in, scalarMessages(u, w)));
      Tensor vectorSum = freeing(() -> vectorSum(in, edges, u, state.vectors()));
      Tensor o = linear(scalarSum, p + "o_proj");
      Tensor o1 = o.narrow(1, 0, channels);
      Tensor o2 = o.narrow(1, channels, channels);
      Tensor o3 = o.narrow(1, 2 * channels, channels);
      Tensor scalars = torch.addcmul(state.scalars().add(o3), dot, o2);
      Tensor vectors = torch.addcmul(state.vectors().add(vectorSum), v3, o1.unsqueeze(1));
      outer.attach(scalars).attach(vectors);
      scope.detach(scalars).detach(vectors);
      return new Pair(scalars, vectors);
    }
  }

  private Tensor attention(String p, Inputs in, Edges edges, Tensor q, Tensor k) {
    Tensor dk = silu(linear(edges.features(), p + "dk_proj"));
    Tensor terms = times(times(q.index_select(0, in.target()), k.index_select(0, in.source())), dk);
    Tensor logits = terms.view(-1, heads, channels / heads).sum(2); // [E, A]
    return silu(logits).mul(edges.cutoff()).unsqueeze(2);
  }

  private Tensor value(String p, Inputs in, Edges edges, Tensor v) {
    Tensor dv =
        silu(
            torch.linear(
                edges.features(), byPart(p + "dv_proj.weight"), byPart(p + "dv_proj.bias")));
    return times(dv, v.index_select(0, in.source())).view(-1, parts, channels);
  }

  private Tensor scalarMessages(Tensor u, Tensor w) {
    long d = channels / heads;
    return u.select(1, 0).unflatten(1, heads, d).mul(w).view(-1, channels);
  }

  private Tensor vectorSum(Inputs in, Edges edges, Tensor u, Tensor vectors) {
    Tensor source = vectors.index_select(0, in.source()); // [E, 3, H]
    Tensor n = edges.direction().unsqueeze(2); // [E, 3, 1]
    Tensor along = source.mul(u.narrow(1, 1, 1));
    Tensor both = plusProduct(along, n, u.narrow(1, 2, 1));
    if (config.crossProduct()) {
      both = plusProduct(both, cross(in, edges.direction(), vectors), u.narrow(1, 3, 1));
    }
    return sum(in, both.view(-1, 3 * channels)).view(-1, 3, channels);
  }

  /// n × V of the source of each edge, `[E, 3, H]`: axes turned by one and by two, since `linalg_cross`
  /// is a scalar loop.
  private Tensor cross(Inputs in, Tensor direction, Tensor vectors) {
    Tensor n1 = direction.index_select(1, turnedOnce).unsqueeze(2);
    Tensor n2 = direction.index_select(1, turnedTwice).unsqueeze(2);
    Tensor v1 = vectors.index_select(1, turnedOnce).index_select(0, in.source());
    Tensor v2 = vectors.index_select(1, turnedTwice).index_select(0, in.source());
    Tensor left = times(v2, n1);
    return training ? torch.addcmul(left, v1, n2, minusOne) : left.addcmul_(v1, n2, minusOne);
  }

  private Pair head(int block, Tensor x, Tensor vectors, long gates) {
    String p = HEAD + block + ".";
    Tensor first = torch.linear(vectors, weights.get(p + "vec1_proj.weight"));
    Tensor length = torch.linalg_vector_norm(first, new Scalar(2.0), new long[] {1}, false, null);
    Tensor second = torch.linear(vectors, weights.get(p + "vec2_proj.weight"));
    Tensor hidden = linear(cat(x, length), p + "update_net.0");
    if (config.headNorm()) {
      hidden = norm(hidden, p + "update_net.1");
    }
    Tensor both = linear(silu(hidden), p + (config.headNorm() ? "update_net.3" : "update_net.2"));
    long split = both.size(1) - gates;
    Tensor gate = both.narrow(1, split, gates).unsqueeze(1);
    return new Pair(both.narrow(1, 0, split), gate.mul(second));
  }

  // ---- small things ----

  private Tensor weight(String name) {
    return weights.get(REPRESENTATION + name);
  }

  private Tensor byPart(String name) {
    return training ? weights.get(name).index_select(0, byPart) : reordered.get(name);
  }

  private Tensor linear(Tensor x, String name) {
    return torch.linear(x, weights.get(name + ".weight"), weights.get(name + ".bias"));
  }

  private Tensor norm(Tensor x, String name) {
    return torch.layer_norm(
        x,
        new long[] {x.size(-1)},
        new TensorOptional(weights.get(name + ".weight")),
        new TensorOptional(weights.get(name + ".bias")),
        EPSILON,
        false);
  }

  /// Sums of edges over their target.
  private Tensor sum(Inputs in, Tensor messages) {
    Tensor zero = torch.zeros(in.points(), messages.size(1));
    return training
        ? zero.index_add(0, in.target(), messages)
        : zero.index_add_(0, in.target(), messages);
  }

  private Tensor silu(Tensor x) {
    return training ? torch.silu(x) : torch.silu_(x);
  }

  /// x y, in place of x where no gradient is wanted.
  private Tensor times(Tensor x, Tensor y) {
    return training ? x.mul(y) : x.mul_(y);
  }

  /// x + y z, in place of x where no gradient is wanted.
  private Tensor plusProduct(Tensor x, Tensor y, Tensor z) {
    return training ? torch.addcmul(x, y, z) : x.addcmul_(y, z);
  }

  private static Tensor cat(Tensor... columns) {
    return torch.cat(new TensorVector(columns), 1);
  }

  /// Runs a part and frees what it made but for the result.
  private static Tensor freeing(Supplier<Tensor> part) {
    PointerScope outer = PointerScope.getInnerScope();
    try (PointerScope scope = new PointerScope()) {
      Tensor result = part.get();
      outer.attach(result);
      scope.detach(result);
      return result;
    }
  }
}
