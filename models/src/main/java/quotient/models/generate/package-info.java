/// Conformers that people can use: reading what is asked for, sampling it, checking and repairing
/// stereochemistry, and saying why something could not be made.
///
/// Start with {@link quotient.models.generate.ConformerGenerator}; what goes in comes from {@link
/// quotient.models.generate.MoleculeSource}. The samplers themselves are elsewhere and know nothing
/// of repair.
package quotient.models.generate;
