/// Networks: what predicts a velocity from positions, times and a condition.
///
/// Start with {@link quotient.models.net.Denoiser}, then {@link
/// quotient.models.net.EquivariantGraphTransformer} (ET-Flow), whose blocks are in
/// `quotient.models.net.layer` and whose graphs are in `quotient.models.graph`. Networks know no
/// files, no losses and no samplers.
package quotient.models.net;
