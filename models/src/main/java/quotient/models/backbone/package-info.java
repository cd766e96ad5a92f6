/// Backbone models: the network of Proteína among data, samplers and files, as
/// `quotient.models.conformer` is for molecules.
///
/// Start with {@link quotient.models.backbone.NetworkField}.
package quotient.models.backbone;
