/// Reverse-mode differentiation: a tape of nodes, handles to values, and the parameters of a model.
///
/// Start with {@link quotient.autodiff.Tape}. The operators live in `quotient.autodiff.op`, the
/// update rules in `quotient.autodiff.optim`. Nothing here knows geometry or molecules.
package quotient.autodiff;
