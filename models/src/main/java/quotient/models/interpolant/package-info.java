/// The path from prior to data: interpolant, coupling, times, and the algebra between denoiser,
/// velocity and score. Knows no network, no tape and no file.
///
/// Start with {@link quotient.models.interpolant.Interpolant} and
/// {@link quotient.models.interpolant.PathSampler}.
package quotient.models.interpolant;
