package quotient.bench;

import quotient.autodiff.ParameterSet;
import quotient.models.net.Proteina;
import quotient.models.net.ProteinaConfig;
import quotient.tensor.random.Normal;
import quotient.tensor.random.RandomKey;

/// What both sides of a Proteína case share: network, first weights, one chain, settings of the step.
public final class ProteinaSubject {
  /// Small, so that a network that is trained on one chain for minutes stays where it is.
  public static final double RATE = 1e-7;

  /// Of the global norm; far below the norm, so that clipping acts.
  public static final double CLIP = 1;

  /// Of Adam, as in the released pipeline.
  public static final double BETA1 = 0.9;

  /// Of Adam.
  public static final double BETA2 = 0.999;

  /// Of Adam.
  public static final double EPSILON = 1e-8;

  /// t of the chain.
  public static final float TIME = 0.4f;

  /// Of a step from residue to residue, nm.
  private static final double STEP_NM = 0.22;

  private static final RandomKey KEY = RandomKey.of(7);

  private ProteinaSubject() {}

  /// The size of the network.
  public static ProteinaConfig config() {
    return ProteinaConfig.SIXTY_MILLION;
  }

  /// The network at full size, with its first weights.
  public static Proteina network() {
    return new Proteina(config(), KEY);
  }

  /// The same to sample with.
  public static Proteina samplingNetwork() {
    return Proteina.forInference(config(), weights());
  }

  /// The first weights, one at a time.
  public static ParameterSet.Builder.Source weights() {
    return Proteina.firstWeights(config(), KEY);
  }

  /// Positions x_t of the chain, nm, `[n, 3]`.
  public static float[] positions(int residues) {
    float[] own = estimate(residues);
    float[] x = new float[own.length];
    for (int i = 0; i < x.length; i++) {
      x[i] = (float) (TIME * own[i] + (1 - TIME) * Normal.at(KEY.child("noise"), i));
    }
    return x;
  }

  /// The network's own estimate of the chain, nm, `[n, 3]`: a random walk.
  public static float[] estimate(int residues) {
    float[] x = new float[3 * residues];
    for (int i = 0; i < x.length; i++) {
      x[i] = (float) ((i < 3 ? 0 : x[i - 3]) + STEP_NM * Normal.at(KEY.child("walk"), i));
    }
    return x;
  }

  /// The velocity to learn, `[n, 3]`.
  public static float[] target(int residues) {
    float[] v = new float[3 * residues];
    for (int i = 0; i < v.length; i++) {
      v[i] = (float) Normal.at(KEY.child("target"), i);
    }
    return v;
  }

  /// Whether a case is a training step; else it is a sampling step.
  public static boolean isTraining(Case what) {
    return what.operation().equals("proteina-train");
  }
}
