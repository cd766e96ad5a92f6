package quotient.models.sample;

import java.util.Arrays;
import java.util.Locale;
import quotient.geometry.QuotientSpace;
import quotient.geometry.TotalSpace;
import quotient.models.interpolant.TimeGrid;

/// The samplers by their names on the command line: which space, which field, which step.
public enum SamplerKind {
  /// The ODE on the quotient.
  QUOTIENT_ODE("quotient-ode", false, true, false),
  /// SDE-P with the switch rule, the paper's method.
  QUOTIENT_SDE("quotient-sde", true, true, false),
  /// SDE-F: full noise, no curvature.
  QUOTIENT_SDE_FULL("quotient-sde-full", true, true, false),
  /// SDE-A: full noise, then aligned; the robust choice for small or nearly linear molecules.
  QUOTIENT_SDE_ALIGNED("quotient-sde-aligned", true, true, false),
  /// The conventional ODE: the quotient by the trivial group.
  ODE("ode", false, false, false),
  /// The conventional SDE.
  SDE("sde", true, false, false),
  /// The conventional ODE on clean clouds turned onto the current one, as Boltz-1 does.
  REALIGNED("realigned", false, false, true);

  private final String label;
  private final boolean stochastic;
  private final boolean quotient;
  private final boolean realigned;

  SamplerKind(String label, boolean stochastic, boolean quotient, boolean realigned) {
    this.label = label;
    this.stochastic = stochastic;
    this.quotient = quotient;
    this.realigned = realigned;
  }

  /// Reads a name.
  ///
  /// @throws IllegalArgumentException for any other text
  public static SamplerKind parse(String text) {
    String wanted = text.toLowerCase(Locale.ROOT);
    for (SamplerKind kind : values()) {
      if (kind.label.equals(wanted)) {
        return kind;
      }
    }
    throw new IllegalArgumentException(
        "sampler: unknown name \""
            + text
            + "\"; use "
            + String.join(", ", Arrays.stream(values()).map(SamplerKind::label).toList()));
  }

  /// The name on the command line.
  public String label() {
    return label;
  }

  /// Whether it adds noise, hence needs a score and a noise schedule.
  public boolean isStochastic() {
    return stochastic;
  }

  /// The space to put into the {@link SamplingBatch}: the model's own, or its total space.
  public QuotientSpace space(QuotientSpace model) {
    return quotient ? model : new TotalSpace(model);
  }

  /// The field to sample with.
  ///
  /// @param model the space of the model
  public VelocityField field(QuotientSpace model, SamplingBatch batch, VelocityField network) {
    return realigned ? new RealignedField(model, batch, network) : network;
  }

  /// The sampler.
  ///
  /// @param solver of the ODE samplers; those SDE samplers that add full noise take Euler-Maruyama and
  ///     multistep, the others Euler-Maruyama alone
  /// @param schedule of the SDE samplers
  /// @throws IllegalArgumentException if the sampler has no such solver
  public Sampler create(
      OdeSampler.Solver solver,
      TimeGrid grid,
      NoiseSchedule schedule,
      SelfConditioning.Mode selfConditioning) {
    if (!stochastic) {
      return new OdeSampler(label, solver, grid, selfConditioning);
    }
    if (solver instanceof OdeSampler.Solver.Multistep && this != QUOTIENT_SDE) {
      boolean aligned = this == QUOTIENT_SDE_ALIGNED;
      return new MultistepSdeSampler(label, aligned, grid, schedule, selfConditioning);
    }
    if (!(solver instanceof OdeSampler.Solver.Euler)) {
      throw new IllegalArgumentException(
          label
              + ": made of Euler-Maruyama steps; use --solver euler"
              + (solver instanceof OdeSampler.Solver.Multistep
                  ? ", or --sampler quotient-sde-aligned or quotient-sde-full with --solver multistep"
                  : ""));
    }
    Step step =
        switch (this) {
          case QUOTIENT_SDE_FULL -> new Step.FullNoise();
          case QUOTIENT_SDE_ALIGNED -> new Step.AlignedNoise();
          default -> new Step.ProjectedNoise();
        };
    return new SdeSampler(label, step, grid, schedule, selfConditioning);
  }
}
