package quotient.bench;

import quotient.models.net.EquivariantGraphTransformer;
import quotient.models.net.EtFlowConfig;
import quotient.tensor.random.RandomKey;

/// What both sides of an ET-Flow case share: network, first weights, batch, settings of the step.
public final class EtFlowSubject {
  /// Small, so that a network that is trained on one batch for minutes stays where it is.
  public static final double RATE = 1e-7;

  /// Of the global norm; far below the norm, so that clipping acts.
  public static final double CLIP = 1;

  /// Of AdamW, as in the released pipeline.
  public static final double BETA1 = 0.95;

  /// Of AdamW.
  public static final double BETA2 = 0.999;

  /// Of AdamW.
  public static final double EPSILON = 1e-8;

  /// Of AdamW.
  public static final double DECAY = 1e-8;

  private static final RandomKey KEY = RandomKey.of(7);

  private EtFlowSubject() {}

  /// The network of a case, with its first weights; `etflow-layer` is one with a single layer.
  public static EquivariantGraphTransformer network(Case what) {
    EtFlowConfig full =
        what.operation().endsWith("drugs") ? EtFlowConfig.DRUGS_SO3 : EtFlowConfig.QM9_SO3;
    EtFlowConfig config =
        isOneLayer(what) ? full.sized(full.channels(), 1, full.heads(), full.radial()) : full;
    return new EquivariantGraphTransformer(config, KEY);
  }

  /// Whether the network is cut to embedding, one layer of edge messages and head.
  public static boolean isOneLayer(Case what) {
    return what.operation().equals("etflow-layer");
  }

  /// The batch of a case: its size is molecules, atoms of each.
  public static EtFlowBatch batch(Case what) {
    return EtFlowBatch.of(what.size(0), what.size(1));
  }

  /// Whether a case is a training step; else it is a sampling step.
  public static boolean isTraining(Case what) {
    return what.operation().startsWith("etflow-train") || isOneLayer(what);
  }
}
