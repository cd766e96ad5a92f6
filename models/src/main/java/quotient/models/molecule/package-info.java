/// Molecules and their files: graphs, stereo marks, what follows from a graph, SDF, XYZ, SMILES.
///
/// No network, no training, no metric. Start with {@link quotient.models.molecule.Molecule}, then
/// {@link quotient.models.molecule.SdfFile} and {@link quotient.models.molecule.MoleculeGraph}. What
/// needs a cheminformatics library (SMILES) is behind {@link quotient.models.molecule.Chemistry}; the
/// rest works without one.
package quotient.models.molecule;
