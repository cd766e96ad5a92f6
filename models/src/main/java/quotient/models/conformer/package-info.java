/// Conformer models: what one is, how it is trained, how molecules are drawn from it.
///
/// Start with {@link quotient.models.conformer.ConformerModel}. This package brings networks, paths,
/// losses and samplers together; the loop that trains is in `quotient.models.train` and knows nothing
/// of molecules.
package quotient.models.conformer;
