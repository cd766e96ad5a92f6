package quotient.models.sample;

/// Classifier-free guidance and autoguidance: a mixture of fields with weights that sum to one.
///
///     v = w v_labelled + (1 - w) (r v_weak + (1 - r) v_unlabelled)
///
/// Velocity, denoiser and score are affine functions of each other at a given point, so the mixture
/// is the same whichever of them is mixed; and as the horizontal projection is linear, it is applied
/// to the mixture once, by the sampler. w = 1 is the field itself; a field whose weight is 0 is never
/// called. *Immutable.* Source: Ho & Salimans 2022; Karras et al. 2024; proteina.md 6.4.
///
/// @param weight w: above 1 strengthens the label
/// @param autoguidance r: the share of a weaker model in what is led away from
public record Guidance(double weight, double autoguidance) {
  /// No guidance.
  public static final Guidance NONE = new Guidance(1, 0);

  public Guidance {
    if (!Double.isFinite(weight) || !(autoguidance >= 0 && autoguidance <= 1)) {
      throw new IllegalArgumentException(
          "guidance: need a finite weight and an autoguidance share in [0, 1], found "
              + weight
              + " and "
              + autoguidance);
    }
  }

  /// Whether the field without its label is called.
  public boolean needsUnlabelled() {
    return weight != 1 && autoguidance != 1;
  }

  /// Whether the weaker model is called.
  public boolean needsWeak() {
    return weight != 1 && autoguidance != 0;
  }

  /// The guided field. All fields see the same self-conditioning clouds.
  ///
  /// The result is *confined*: it holds scratch of the size of its first batch.
  ///
  /// @param labelled the network with its label
  /// @param unlabelled the network with the label dropped; not called unless needed
  /// @param weak a weaker model with the label; not called unless needed
  public VelocityField field(VelocityField labelled, VelocityField unlabelled, VelocityField weak) {
    return weight == 1 ? labelled : new Mixture(this, labelled, unlabelled, weak);
  }

  private static final class Mixture implements VelocityField {
    private final Guidance guidance;
    private final VelocityField labelled;
    private final VelocityField unlabelled;
    private final VelocityField weak;
    private double[] part = new double[0];

    Mixture(
        Guidance guidance, VelocityField labelled, VelocityField unlabelled, VelocityField weak) {
      this.guidance = guidance;
      this.labelled = labelled;
      this.unlabelled = unlabelled;
      this.weak = weak;
    }

    @Override
    public void velocity(double[] x, double[] time, SelfConditioning previous, double[] out) {
      if (part.length != out.length) {
        part = new double[out.length];
      }
      labelled.velocity(x, time, previous, out);
      double w = guidance.weight();
      double r = guidance.autoguidance();
      for (int i = 0; i < out.length; i++) {
        out[i] *= w;
      }
      if (guidance.needsWeak()) {
        weak.velocity(x, time, previous, part);
        add((1 - w) * r, out);
      }
      if (guidance.needsUnlabelled()) {
        unlabelled.velocity(x, time, previous, part);
        add((1 - w) * (1 - r), out);
      }
    }

    private void add(double amount, double[] out) {
      for (int i = 0; i < out.length; i++) {
        out[i] += amount * part[i];
      }
    }
  }
}
