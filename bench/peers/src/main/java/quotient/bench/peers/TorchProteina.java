package quotient.bench.peers;

import java.nio.FloatBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.DoubleOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import quotient.autodiff.ParameterSet;
import quotient.models.net.Proteina;
import quotient.models.net.ProteinaConfig;
import quotient.tensor.FloatTensor;
import quotient.tensor.Shape;

/// Proteína as an eager libtorch program for one chain: the same network, weights by the released
/// names.
///
/// Written as one would write it for speed with ordinary operators: one-hot features are rows of a
/// table, what is the same for all pairs is broadcast, attention is the framework's fused one, values
/// are changed in place where no gradient is wanted. The pair representation, its norms and the
/// conditioning of tokens are made in every block, as defined. Classes of distances are found in
/// double, so that both sides find the same. Temporary tensors are freed after each half of a block.
/// Source: Geffner et al. 2025 (Proteína), as released.
final class TorchProteina {
  private static final double EPSILON = 1e-5;
  private static final double FIRST_NM = 0.1;
  private static final double LAST_NM = 3.0;

  /// Tokens up to which the fused operator is the faster one with several threads.
  private static final long FUSED_TOKENS = 192;

  /// Belongs to the scope that holds the network.
  private final TensorOptional none = new TensorOptional();

  private final ProteinaConfig config;
  private final boolean training;
  private final Map<String, Tensor> weights = new LinkedHashMap<>();
  private final Tensor ownThresholds;
  private final Tensor thresholds;

  TorchProteina(ProteinaConfig config, ParameterSet.Builder.Source source, boolean training) {
    this.config = config;
    this.training = training;
    Proteina.shapes(config)
        .forEach((name, shape) -> {
          long[] dims = new long[shape.rank()];
          for (int d = 0; d < dims.length; d++) {
            dims[d] = shape.dim(d);
          }
          weights.put(name, torch.zeros(dims));
        });
    set(source);
    weights.values().forEach(w -> w.requires_grad_(training));
    ownThresholds = thresholds(config.ownDistances() - 1);
    thresholds = thresholds(config.distances() - 1);
  }

  /// Writes the numbers of all weights, one by one through the same memory: a native program has no
  /// copy of them in Java either.
  void set(ParameterSet.Builder.Source source) {
    Map<String, Shape> shapes = Proteina.shapes(config);
    float[] one = new float[shapes.values().stream().mapToInt(Shape::size).max().orElse(0)];
    shapes.forEach((name, shape) -> {
      source.read(name, FloatTensor.view(one, 0, shape));
      FloatBuffer numbers = weights.get(name).createBuffer();
      numbers.put(one, 0, shape.size());
    });
  }

  private static Tensor thresholds(int count) {
    double[] edges = new double[count];
    for (int k = 0; k < count; k++) {
      edges[k] = FIRST_NM + (double) k / (count - 1) * (LAST_NM - FIRST_NM);
    }
    return Tensor.create(edges, count);
  }

  /// All weights, by name, in the order of the released checkpoints.
  Map<String, Tensor> weights() {
    return weights;
  }

  /// What a call is told besides the weights.
  ///
  /// @param positions nm, `[n, 3]`
  /// @param own estimate of the clean chain, nm, `[n, 3]`
  /// @param sequence residue embedding, chain break and estimate, `[n, F]`
  /// @param time its embedding, `[1, E]`
  /// @param separation class of each pair, `[n, n]`
  /// @param folds rows of the three tables, `[1]` each
  record Inputs(
      Tensor positions,
      Tensor own,
      Tensor sequence,
      Tensor time,
      Tensor separation,
      Tensor[] folds) {}

  /// The velocity, `[n, 3]`.
  Tensor forward(Inputs in) {
    long n = in.positions.size(0);
    long registers = config.registers();
    Tensor u = condition(in, n); // [T, c]
    Tensor z = pairs(in); // [T, T, p]
    Tensor s =
        linear(in.positions, "linear_3d_embed")
            .add_(linear(in.sequence, "init_repr_factory.linear_out"));
    Tensor x = cat(0, weights.get("registers"), s); // [T, d]
    for (int l = 0; l < config.layers(); l++) {
      String p = "transformer_layers." + l + ".";
      x = freeing(x, y -> attention(y, u, z, p + "mhba."));
      x = freeing(x, y -> transition(y, u, p + "transition."));
    }
    Tensor last = x.narrow(0, registers, n);
    return linear(norm(last, "coors_3d_decoder.0"), "coors_3d_decoder.1");
  }

  private Tensor condition(Inputs in, long n) {
    String p = "cond_factory.";
    Tensor[] parts = new Tensor[4];
    parts[0] = in.time;
    String levels = "CAT";
    for (int level = 0; level < 3; level++) {
      Tensor table =
          weights.get(p + "feat_creators.1.embedding_" + levels.charAt(level) + ".weight");
      parts[level + 1] = torch.embedding(table, in.folds[level]);
    }
    Tensor u = linear(cat(1, parts), p + "linear_out");
    for (String t : new String[] {"transition_c_1.", "transition_c_2."}) {
      u = gated(u, t);
    }
    Tensor zeros = torch.zeros(config.registers(), config.conditionWidth());
    return cat(0, zeros, u.expand(n, config.conditionWidth()));
  }

  private Tensor pairs(Inputs in) {
    return freeing(
        in.positions,
        positions -> {
          String p = "pair_repr_builder.";
          Tensor table = weights.get(p + "init_repr_factory.linear_out.weight").t().contiguous();
          long separations = config.separations();
          Tensor own =
              torch.embedding(
                  table.narrow(0, separations, config.ownDistances()),
                  classes(in.own, ownThresholds));
          Tensor distance =
              torch.embedding(
                  table.narrow(0, separations + config.ownDistances(), config.distances()),
                  classes(positions, thresholds));
          Tensor e =
              torch
                  .embedding(table.narrow(0, 0, separations), in.separation)
                  .add_(own)
                  .add_(distance); // [n, n, p]
          Tensor z = plain(norm(e, p + "init_repr_factory.ln_out"));
          Tensor c =
              norm(linear(in.time, p + "cond_factory.linear_out"), p + "cond_factory.ln_out");
          Tensor normed = norm(c, p + "adaln.norm_cond");
          Tensor gamma = torch.sigmoid(biased(normed, p + "adaln.to_gamma.0"));
          Tensor turned = plus(times(z, gamma), linear(normed, p + "adaln.to_beta"));
          long r = config.registers();
          return torch.pad(turned, 0, 0, r, 0, r, 0);
        });
  }

  /// The number of thresholds below each distance.
  private static Tensor classes(Tensor x, Tensor edges) {
    Tensor wide = x.to(torch.ScalarType.Double);
    Tensor d = wide.unsqueeze(1).sub(wide.unsqueeze(0)).square().sum(2).sqrt(); // [n, n]
    return torch.bucketize(d, edges);
  }

  private Tensor attention(Tensor x, Tensor u, Tensor z, String p) {
    long tokens = x.size(0);
    long inner = config.innerWidth();
    String a = p + "mha.";
    Tensor n = norm(adaptiveNorm(x, u, p + "adaln."), a + "node_norm");
    Tensor qkv = biased(n, a + "to_qkv"); // [T, 3 I]
    Tensor q = heads(norm(qkv.narrow(1, 0, inner), a + "q_layer_norm"), tokens);
    Tensor k = heads(norm(qkv.narrow(1, inner, inner), a + "k_layer_norm"), tokens);
    Tensor v = heads(qkv.narrow(1, 2 * inner, inner), tokens);
    Tensor bias = linear(norm(z, a + "pair_norm"), a + "to_bias").permute(2, 0, 1).unsqueeze(0);
    Tensor o = attend(q, k, v, bias);
    Tensor merged = o.squeeze(0).transpose(0, 1).reshape(tokens, inner);
    Tensor gate = sigmoid(biased(n, a + "to_g"));
    return plus(scaled(biased(times(gate, merged), a + "to_out_node"), u, p), x);
  }

  /// Attention of all heads: the framework's fused operator, but for many tokens and threads, where it
  /// is several times slower than products and a softmax.
  private Tensor attend(Tensor q, Tensor k, Tensor v, Tensor bias) {
    if (torch.get_num_threads() == 1 || q.size(2) <= FUSED_TOKENS) {
      return torch.scaled_dot_product_attention(
          q, k, v, new TensorOptional(bias), 0, false, new DoubleOptional(), false);
    }
    Tensor scaled = q.mul(new Scalar(1 / Math.sqrt(config.headWidth())));
    return torch.softmax(plus(scaled.matmul(k.transpose(2, 3)), bias), -1).matmul(v);
  }

  /// `[1, heads, T, e]`.
  private Tensor heads(Tensor x, long tokens) {
    return x.reshape(1, tokens, config.heads(), config.headWidth()).transpose(1, 2);
  }

  private Tensor transition(Tensor x, Tensor u, String p) {
    Tensor r = gated(adaptiveNorm(x, u, p + "adaln."), p + "transition.");
    return plus(scaled(r, u, p), x);
  }

  private Tensor gated(Tensor x, String p) {
    Tensor h = linear(x, p + "swish_linear.0");
    long half = h.size(1) / 2;
    Tensor gate = torch.silu(h.narrow(1, half, half));
    return linear(times(gate, h.narrow(1, 0, half)), p + "linear_out");
  }

  private Tensor adaptiveNorm(Tensor x, Tensor u, String p) {
    Tensor c = norm(u, p + "norm_cond");
    Tensor gamma = sigmoid(biased(c, p + "to_gamma.0"));
    return plus(times(plain(x), gamma), linear(c, p + "to_beta"));
  }

  private Tensor scaled(Tensor x, Tensor u, String p) {
    return times(x, sigmoid(biased(u, p + "scale_output.to_adaln_zero_gamma.0")));
  }

  // ---- small things ----

  private Tensor linear(Tensor x, String name) {
    return torch.linear(x, weights.get(name + ".weight"));
  }

  private Tensor biased(Tensor x, String name) {
    TensorOptional bias = new TensorOptional(weights.get(name + ".bias"));
    return torch.linear(x, weights.get(name + ".weight"), bias);
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

  /// Without gain and bias.
  private Tensor plain(Tensor x) {
    return torch.layer_norm(x, new long[] {x.size(-1)}, none, none, EPSILON, false);
  }

  private Tensor sigmoid(Tensor x) {
    return training ? torch.sigmoid(x) : torch.sigmoid_(x);
  }

  /// x y, in place of x where no gradient is wanted.
  private Tensor times(Tensor x, Tensor y) {
    return training ? x.mul(y) : x.mul_(y);
  }

  /// x + y, in place of x where no gradient is wanted.
  private Tensor plus(Tensor x, Tensor y) {
    return training ? x.add(y) : x.add_(y);
  }

  private static Tensor cat(long axis, Tensor... parts) {
    return torch.cat(new TensorVector(parts), axis);
  }

  /// A part of the network.
  private interface Part {
    Tensor of(Tensor x);
  }

  /// Runs a part and frees what it made but for the result.
  private static Tensor freeing(Tensor x, Part part) {
    PointerScope outer = PointerScope.getInnerScope();
    try (PointerScope scope = new PointerScope()) {
      Tensor result = part.of(x);
      outer.attach(result);
      scope.detach(result);
      return result;
    }
  }
}
