/// The training loop, its settings, and what it writes to disk.
///
/// Start with {@link quotient.models.train.Trainer}: it knows steps, slices and files, and asks an
/// {@link quotient.models.train.TrainingTask} for everything that depends on the data and the model.
package quotient.models.train;
