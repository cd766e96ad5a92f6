package quotient.autodiff;

/// One recorded operation: what it needs of its forward pass, and its adjoint.
///
/// A node may be a whole fused block with its own recomputation and scratch; the tape only asks for
/// {@link #backward}. Nodes are reused between passes (see {@link Tape#node}), so all their state is
/// set anew when they are recorded.
public interface Node {
  /// Adds to the gradients of the inputs, given those of the outputs.
  ///
  /// Gradients of outputs that nobody used are absent ({@link Tape#hasGradient} is false) and count
  /// as zero. Scratch memory from {@link Tape#workspace} inside a scope of its own is allowed.
  void backward(Tape tape);
}
