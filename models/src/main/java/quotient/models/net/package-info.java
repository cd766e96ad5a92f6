/// Networks: what predicts a velocity from positions, times and a condition.
///
/// Start with {@link quotient.models.net.Denoiser}, then {@link
/// quotient.models.net.EquivariantGraphTransformer} (ET-Flow), whose blocks are in
/// `quotient.models.net.layer` and whose graphs are in `quotient.models.graph`. Networks know no
/// files and no losses; {@link quotient.models.net.NetworkField} lends one to samplers.
package quotient.models.net;
