/// The program's door in words of the domain: read a model, sample structures.
///
/// Start with {@link quotient.models.ConformerModel}. Tensors, networks and samplers are one package
/// level down.
package quotient.models;
