/// Update rules, learning rates, gradient clipping and averages of weights.
///
/// All work on flat vectors in the layout of a {@link quotient.autodiff.ParameterSet}. Start with
/// {@link quotient.autodiff.optim.Adam}.
package quotient.autodiff.optim;
