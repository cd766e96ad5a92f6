/// The chemistry provider on top of CDK: SMILES grammar, canonical order, stereo from coordinates.
///
/// CDK's jars split packages and stay on the class path, so this jar is no module; it is found by
/// `ServiceLoader`. Start with {@link quotient.chemistry.CdkChemistry}. Rings, aromaticity and
/// hybridisation are not taken from CDK, see `quotient.models.molecule.Perception`.
package quotient.chemistry;
