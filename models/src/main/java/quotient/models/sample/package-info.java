/// Samplers over any quotient space. They see a {@link quotient.models.sample.VelocityField} and no
/// network, no tape, no gradient.
///
/// Start with {@link quotient.models.sample.Step}: one step is the whole method.
package quotient.models.sample;
