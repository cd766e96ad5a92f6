/// What networks are trained towards: strategies, losses and their gradients with respect to the
/// network's velocity. The horizontal projection is a fixed self-adjoint map, so no tape is needed.
///
/// Start with {@link quotient.models.loss.TrainingStrategy}; {@link quotient.models.loss.Objective}
/// is what a trainer calls.
package quotient.models.loss;
