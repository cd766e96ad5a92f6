package quotient.models.net;

import quotient.autodiff.ParameterSet;
import quotient.autodiff.Tape;
import quotient.autodiff.Var;

/// A network that predicts the velocity of a flow; the same code trains and samples.
///
/// A denoiser in the sense of the paper up to the exact conversions of `Parameterization`. The
/// network is *thread-safe* while its parameters are not updated; tape and condition belong to one
/// thread.
///
/// @param <C> what the network is told about its input besides positions and times; an object of
///     the caller's, kept between calls, in which the network may keep what does not change
public interface Denoiser<C> {
  /// The weights, in the order of checkpoints.
  ParameterSet parameters();

  /// The velocity at the given positions and times.
  ///
  /// @param positions x_t, `[N, 3]`, Å unless the network says otherwise; centred or not. Made by
  ///     {@link Tape#input} if their gradient is wanted, else by {@link Tape#constant}
  /// @param time t in `[0, 1]`, one per cloud
  /// @return v, `[N, 3]`, that length per unit of time, without mean in each cloud unless the network
  ///     says otherwise
  Var forward(Tape tape, Var positions, float[] time, C condition);
}
