/// Differentiable operators, one file per family, forward and backward side by side.
///
/// Every public static method `f(Tape tape, ...)` reads matrices [rows, columns] and returns a new
/// value; it records a node only if the pass records and an argument needs a gradient. Arrays of
/// indices are borrowed until the pass closes. Start with {@link quotient.autodiff.op.Elementwise}.
package quotient.autodiff.op;
