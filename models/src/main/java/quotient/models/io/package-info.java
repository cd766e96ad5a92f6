/// Files: named tensors, checkpoints of other programs, safe writing.
///
/// Start with {@link quotient.models.io.Safetensors}. Nothing here knows networks or training.
package quotient.models.io;
