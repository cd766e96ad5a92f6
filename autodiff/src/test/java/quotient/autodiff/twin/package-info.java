/// A double-precision twin of the operators, to compare with and to write reference networks on.
///
/// {@link quotient.autodiff.twin.Ops} is the list of operators as methods of one interface;
/// {@link quotient.autodiff.twin.TapeOps} runs them on a float tape,
/// {@link quotient.autodiff.twin.TwinTape} in plain `double[]` loops. A composition written once
/// over `Ops` gives both the unfused float result and its double truth.
package quotient.autodiff.twin;
