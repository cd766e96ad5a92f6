/// Models of protein backbones: their settings, their training and their sampling.
///
/// Start with {@link quotient.models.backbone.BackboneModel}. Inside, clouds are alpha carbons in
/// nanometres, the unit of Proteína's prior and distance classes; what comes out is in ångström. Files
/// and chains are in `protein`, the network in `net`.
package quotient.models.backbone;
