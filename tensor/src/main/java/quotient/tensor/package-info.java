/// Shapes, contiguous float tensors, workspaces and the door to all numerical kernels.
///
/// Start with {@link quotient.tensor.Shape}, then {@link quotient.tensor.Tensors}. Nothing here
/// knows gradients, geometry or files.
package quotient.tensor;
