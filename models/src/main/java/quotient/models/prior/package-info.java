/// The law of the starting clouds: isotropic, or harmonic in the bond graph.
///
/// Start with {@link quotient.models.prior.Prior}; what samplers and targets need of it is
/// {@link quotient.models.prior.Covariance}.
package quotient.models.prior;
